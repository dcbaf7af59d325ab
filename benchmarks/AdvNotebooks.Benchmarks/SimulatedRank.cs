namespace AdvNotebooks.Benchmarks;

/// <summary>What one rank of a simulated job computes.</summary>
/// <param name="Ranks">Number of ranks.</param>
/// <param name="Batch">Images of a step, on all ranks together.</param>
/// <param name="Milliseconds">Its step on one thread, without communication.</param>
/// <param name="ChainMilliseconds">Of it the sums that go from rank to rank.</param>
internal sealed record SimulatedRank(int Ranks, int Batch, double Milliseconds, double ChainMilliseconds);
