namespace AdvLib;

/// <summary>
/// The bytes that values are shown as: grey levels and colour components as they are, signed values around white or grey.
/// </summary>
internal static class PixelColours
{
    /// <summary>A picture as PNG in an image element's address.</summary>
    /// <param name="values">Pixels, NHWC; values outside [0, 1], or the scale, are clamped.</param>
    /// <param name="rows">Rows of pixels.</param>
    /// <param name="columns">Columns of pixels.</param>
    /// <param name="scale">For signed values, the size that gets the full colour; 0 for an image.</param>
    public static string DataUri(ReadOnlySpan<float> values, int rows, int columns, double scale = 0)
    {
        int channels = values.Length / (rows * columns);
        var bytes = new List<byte>(3 * values.Length);
        foreach (float value in values)
            bytes.AddRange(Of(value, channels, scale));
        return Png.DataUri(columns, rows, bytes.Count / (rows * columns), bytes.ToArray());
    }

    private static byte[] Of(float value, int channels, double scale)
    {
        static byte Level(double level) => (byte)Math.Round(255 * Math.Clamp(level, 0, 1));
        if (scale == 0)
            return [Level(value)];
        double t = Math.Clamp(value / scale, -1, 1);
        // Three signed channels are a colour around grey; one runs between the ends of ColorBrewer's RdBu.
        if (channels == 3)
            return [Level(0.5 + (t / 2))];
        (double r, double g, double b) = t < 0 ? (33 / 255.0, 102 / 255.0, 172 / 255.0) : (178 / 255.0, 24 / 255.0, 43 / 255.0);
        double Mix(double end) => 1 + ((end - 1) * Math.Abs(t));
        return [Level(Mix(r)), Level(Mix(g)), Level(Mix(b))];
    }
}
