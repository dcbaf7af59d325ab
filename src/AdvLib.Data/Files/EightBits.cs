namespace AdvLib;

/// <summary>Rounds pixels to the 256 levels of a picture.</summary>
internal static class EightBits
{
    // In levels: clean + epsilon computed in float may miss the level it stands for by some units in the last place.
    private const double Tolerance = 1e-4;

    /// <summary>A byte for every pixel of a set.</summary>
    /// <param name="images">The images.</param>
    /// <param name="clean">The images that they came from, to round towards; null for the nearest level.</param>
    public static byte[] Round(ImageSet images, ImageSet? clean)
    {
        int size = images.Shape.Size;
        var levels = new byte[images.Count * size];
        float[] changed = new float[size], original = new float[size];
        for (int i = 0; i < images.Count; i++)
        {
            images.CopyImages(i, 1, changed);
            clean?.CopyImages(i, 1, original);
            for (int k = 0; k < size; k++)
            {
                double level = clean is null ? Nearest(255.0 * changed[k]) : Towards(255.0 * changed[k], 255.0 * original[k]);
                levels[i * size + k] = (byte)Math.Clamp(level, 0, 255);
            }
        }

        return levels;
    }

    /// <summary>The bytes of a set.</summary>
    /// <exception cref="ImageSetException">Its pixels are floats.</exception>
    public static ReadOnlySpan<byte> Require(ImageSet images) => images.IsEightBit ? images.Bytes : throw new ImageSetException(
        $"'{images.Name}' has pixels between the 256 levels of a picture.", "8-bit pixels.",
        "Round them first: Quantize(clean) towards the clean images, so that epsilon holds, or Quantize() to the nearest level.");

    private static double Nearest(double value) => Math.Floor(value + 0.5);

    // The last level on the way from the clean value to the changed one; the clean value's own when there is none.
    private static double Towards(double value, double clean)
    {
        double level = value > clean ? Math.Floor(value + Tolerance) : Math.Ceiling(value - Tolerance);
        bool passed = value > clean ? level < clean - Tolerance : level > clean + Tolerance;
        return passed ? Nearest(clean) : level;
    }
}
