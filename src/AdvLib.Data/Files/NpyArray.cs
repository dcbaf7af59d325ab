namespace AdvLib;

/// <summary>What a .npy file holds: numbers of any shape, row-major.</summary>
/// <param name="Shape">Sizes of the dimensions, outermost first.</param>
/// <param name="Values">The values as float32; integers as they are: bytes are 0 to 255, and not divided.</param>
/// <param name="StoredAs">The type they have in the file, and what became of it: <c>float64, rounded to float32</c>.</param>
public sealed record NpyArray(int[] Shape, float[] Values, string StoredAs = "float32")
{
    /// <summary>Shape and type.</summary>
    /// <returns>For example <c>npy [60000, 28, 28] of uint8</c>.</returns>
    public override string ToString() => $"npy [{string.Join(", ", Shape)}] of {StoredAs}";
}
