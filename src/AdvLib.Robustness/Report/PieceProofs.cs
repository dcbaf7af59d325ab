namespace AdvLib;

/// <summary>What is proved of a piece of a report's images.</summary>
/// <param name="Clean">Images that are classified correctly as they are.</param>
/// <param name="ByIntervals">Images that interval bounds alone prove.</param>
/// <param name="Refuted">Images classified correctly of which proving by cases found a counterexample.</param>
/// <param name="Verified">Whether each image is proved.</param>
public sealed record PieceProofs(int Clean, int ByIntervals, int Refuted, IReadOnlyList<bool> Verified);
