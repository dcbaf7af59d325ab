namespace AdvNotebooks.Benchmarks;

/// <summary>How long one job's attacks took.</summary>
/// <param name="Ranks">Processes.</param>
/// <param name="Threads">Threads of each.</param>
/// <param name="Seconds">A round each, from the start of the first process to the end of the last.</param>
internal sealed record AttackRanksFigures(int Ranks, int Threads, IReadOnlyList<double> Seconds);
