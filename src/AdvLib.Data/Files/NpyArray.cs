namespace AdvLib;

/// <summary>What a .npy file holds: numbers of any shape, row-major.</summary>
/// <param name="Shape">Sizes of the dimensions, outermost first.</param>
/// <param name="Values">The values; bytes are read as the numbers 0 to 255.</param>
public sealed record NpyArray(int[] Shape, float[] Values);
