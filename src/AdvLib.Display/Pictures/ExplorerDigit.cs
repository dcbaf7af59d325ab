namespace AdvLib;

/// <summary>One image of an explorer, attacked at every epsilon.</summary>
/// <param name="Label">The true class.</param>
/// <param name="Image">The clean image.</param>
/// <param name="Frames">What became of it, by model and epsilon.</param>
public sealed record ExplorerDigit(int Label, float[] Image, ExplorerFrame[][] Frames);
