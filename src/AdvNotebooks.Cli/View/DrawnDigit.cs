namespace AdvNotebooks.Cli.View;

/// <summary>
/// A drawing as the data set would have it. MNIST's digits were scaled, keeping their proportions, so that their box
/// fits 20 x 20 pixels, and then placed with their centre of mass in the middle of 28 x 28 (LeCun, Cortes and
/// Burges, "The MNIST database of handwritten digits").
/// </summary>
internal static class DrawnDigit
{
    /// <summary>Rows and columns of a drawing: three for each of MNIST's pixels.</summary>
    public const int Side = 84;

    // MNIST's box in its frame.
    private const float BoxShare = 20f / 28;

    /// <summary>Places a drawing.</summary>
    /// <param name="drawing"><see cref="Side"/> rows of as many values in [0, 1], light on dark, not all 0.</param>
    /// <param name="shape">Shape of the image; every channel gets the same.</param>
    /// <returns>The image, NHWC, in [0, 1].</returns>
    public static float[] Place(ReadOnlySpan<float> drawing, Shape shape)
    {
        (int left, int right, int top, int bottom) = (Side, 0, Side, 0);
        (double mass, double x, double y) = (0, 0, 0);
        for (int i = 0; i < drawing.Length; i++)
        {
            if (drawing[i] <= 0)
                continue;
            (int row, int column) = (i / Side, i % Side);
            (left, right, top, bottom) = (
                Math.Min(left, column), Math.Max(right, column + 1), Math.Min(top, row), Math.Max(bottom, row + 1));
            mass += drawing[i];
            x += drawing[i] * (column + 0.5);
            y += drawing[i] * (row + 0.5);
        }

        double scale = BoxShare * Math.Min(shape.Height, shape.Width) / Math.Max(right - left, bottom - top);
        double[,] columns = Shares(shape.Width, scale, Offset(x / mass, scale, left, right, shape.Width));
        double[,] rows = Shares(shape.Height, scale, Offset(y / mass, scale, top, bottom, shape.Height));
        return Resample(drawing, rows, columns, shape);
    }

    // Puts the centre of mass into the middle, unless that pushes the box out of the frame.
    private static double Offset(double centre, double scale, int low, int high, int length)
        => Math.Clamp(length / 2.0 - scale * centre, -scale * low, length - scale * high);

    // How much of each of the image's rows (or columns) every row of the drawing covers.
    private static double[,] Shares(int length, double scale, double offset)
    {
        var shares = new double[length, Side];
        for (int to = 0; to < length; to++)
        {
            for (int from = 0; from < Side; from++)
                shares[to, from] = Math.Max(0, Math.Min(to + 1, offset + scale * (from + 1)) - Math.Max(to, offset + scale * from));
        }

        return shares;
    }

    private static float[] Resample(ReadOnlySpan<float> drawing, double[,] rows, double[,] columns, Shape shape)
    {
        var narrow = new double[Side * shape.Width];
        for (int i = 0; i < narrow.Length; i++)
        {
            for (int from = 0; from < Side; from++)
                narrow[i] += columns[i % shape.Width, from] * drawing[i / shape.Width * Side + from];
        }

        var image = new float[shape.Size];
        for (int i = 0; i < shape.Height * shape.Width; i++)
        {
            double value = 0;
            for (int from = 0; from < Side; from++)
                value += rows[i / shape.Width, from] * narrow[from * shape.Width + i % shape.Width];
            image.AsSpan(i * shape.Channels, shape.Channels).Fill((float)Math.Clamp(value, 0, 1));
        }

        return image;
    }
}
