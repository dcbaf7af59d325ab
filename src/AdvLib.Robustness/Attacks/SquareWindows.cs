using System.Buffers;

namespace AdvLib;

/// <summary>
/// The perturbations the Square attack in L2 is made of (Andriushchenko et al., 2020): windows of two hills, one up and one down, that are
/// steepest in their middles. A window takes over the length that the perturbation has in it and in another one, which is emptied, so that
/// the whole stays as long as epsilon.
/// </summary>
internal static class SquareWindows
{
    // The start has as many windows in a column of the image.
    private const int StartRows = 5;
    private const int SmallestSide = 3;
    private const double Tiny = 1e-12;

    /// <summary>The side of a window that would be this long in L-inf: odd, and at least 3 where the image is.</summary>
    public static int Side(int side, Shape shape) => Math.Min(Math.Max(side, SmallestSide) | 1, Math.Min(shape.Height, shape.Width));

    /// <summary>A start: windows side by side over the whole image.</summary>
    public static void DrawStart(Rng rng, Shape shape, float epsilon, PixelRange range, ReadOnlySpan<float> clean, Span<float> image)
    {
        int side = Math.Clamp(shape.Height / StartRows, 1, shape.Width);
        Span<float> delta = image;
        delta.Clear();
        float[] hills = ArrayPool<float>.Shared.Rent(side * side);
        for (int top = shape.Height % side / 2; top + side <= shape.Height; top += side)
        {
            for (int left = shape.Width % side / 2; left + side <= shape.Width; left += side)
            {
                DrawHills(rng, side, hills);
                for (int c = 0; c < shape.Channels; c++)
                {
                    float sign = DrawSign(rng);
                    for (int k = 0; k < side * side; k++)
                        delta[Place(shape, top + k / side, left + k % side, c)] = sign * hills[k];
                }
            }
        }

        ArrayPool<float>.Shared.Return(hills);
        Stretch(delta, epsilon, range, clean, image);
    }

    /// <summary>Moves length of the perturbation into one window out of another.</summary>
    public static void DrawWindow(
        Rng rng, Shape shape, int side, float epsilon, PixelRange range, ReadOnlySpan<float> clean, Span<float> image)
    {
        float[] rented = ArrayPool<float>.Shared.Rent(image.Length);
        float[] hills = ArrayPool<float>.Shared.Rent(side * side);
        Span<float> delta = rented.AsSpan(0, image.Length);
        double all = 0;
        for (int i = 0; i < image.Length; i++)
        {
            delta[i] = image[i] - clean[i];
            all += (double)delta[i] * delta[i];
        }

        double spare = Math.Max(0, (double)epsilon * epsilon - all) / shape.Channels;
        (int top, int left) = (rng.NextInt32(shape.Height - side + 1), rng.NextInt32(shape.Width - side + 1));
        (int otherTop, int otherLeft) = (rng.NextInt32(shape.Height - side + 1), rng.NextInt32(shape.Width - side + 1));
        DrawHills(rng, side, hills);
        for (int c = 0; c < shape.Channels; c++)
        {
            double own = Squares(delta, shape, top, left, side, c);
            double other = Take(delta, shape, otherTop, otherLeft, side, c, top, left);
            Fill(delta, shape, top, left, side, c, hills, DrawSign(rng), Math.Sqrt(own), Math.Sqrt(spare + own + other));
        }

        Stretch(delta, epsilon, range, clean, image);
        ArrayPool<float>.Shared.Return(hills);
        ArrayPool<float>.Shared.Return(rented);
    }

    private static int Place(Shape shape, int y, int x, int c) => (y * shape.Width + x) * shape.Channels + c;

    private static float DrawSign(Rng rng) => rng.NextUInt64() >> 63 == 0 ? 1 : -1;

    private static double Squares(ReadOnlySpan<float> delta, Shape shape, int top, int left, int side, int c)
    {
        double squares = 0;
        for (int k = 0; k < side * side; k++)
        {
            float value = delta[Place(shape, top + k / side, left + k % side, c)];
            squares += (double)value * value;
        }

        return squares;
    }

    // Empties a window but for what it shares with another; the squares of what it held.
    private static double Take(Span<float> delta, Shape shape, int top, int left, int side, int c, int keptTop, int keptLeft)
    {
        double squares = 0;
        for (int k = 0; k < side * side; k++)
        {
            (int y, int x) = (top + k / side, left + k % side);
            if (y >= keptTop && y < keptTop + side && x >= keptLeft && x < keptLeft + side)
                continue;
            ref float value = ref delta[Place(shape, y, x, c)];
            squares += (double)value * value;
            value = 0;
        }

        return squares;
    }

    // The window's direction so far and new hills in equal parts, as long as asked.
    private static void Fill(
        Span<float> delta, Shape shape, int top, int left, int side, int c, ReadOnlySpan<float> hills, float sign, double own,
        double length)
    {
        double squares = 0;
        for (int k = 0; k < side * side; k++)
        {
            ref float value = ref delta[Place(shape, top + k / side, left + k % side, c)];
            value = (float)(sign * hills[k] + value / (own + Tiny));
            squares += (double)value * value;
        }

        // New hills may be just what takes the old ones away.
        double scale = squares > 0 ? length / Math.Sqrt(squares) : 0;
        for (int k = 0; k < side * side; k++)
        {
            ref float value = ref delta[Place(shape, top + k / side, left + k % side, c)];
            value = (float)Math.Clamp(value * scale, float.MinValue, float.MaxValue);
        }
    }

    // The image at the end of the perturbation once that is as long as epsilon. Cutting to a range that holds the clean image only
    // shortens it.
    private static void Stretch(ReadOnlySpan<float> delta, float epsilon, PixelRange range, ReadOnlySpan<float> clean, Span<float> image)
    {
        double length = Norm.L2.Length(delta);
        double scale = length > 0 ? epsilon / length : 0;
        for (int i = 0; i < image.Length; i++)
            image[i] = MathF.Min(MathF.Max((float)(clean[i] + delta[i] * scale), range.Low), range.High);
    }

    // One half of the window rises towards its middle and the other falls, in rows or in columns; of length 1.
    private static void DrawHills(Rng rng, int side, Span<float> hills)
    {
        hills = hills[..(side * side)];
        hills.Clear();
        AddHill(0, side / 2, side, 1, hills);
        AddHill(side / 2, side - side / 2, side, -1, hills);
        float scale = (float)(1 / Norm.L2.Length(hills));
        foreach (ref float value in hills)
            value *= scale;
        if (DrawSign(rng) < 0)
            return;
        for (int y = 0; y < side; y++)
        {
            for (int x = 0; x < y; x++)
                (hills[y * side + x], hills[x * side + y]) = (hills[x * side + y], hills[y * side + x]);
        }
    }

    // Rectangles around the middle of some rows, each larger one lower: 1, 1/4, 1/9 ...; the hill is of length 1.
    private static void AddHill(int first, int rows, int side, float sign, Span<float> hills)
    {
        Span<float> hill = hills.Slice(first * side, rows * side);
        (int middle, int centre) = (rows / 2, side / 2);
        for (int y = 0; y < rows; y++)
        {
            for (int x = 0; x < side; x++)
            {
                for (int ring = Math.Max(Math.Abs(y - middle), Math.Abs(x - centre)); ring <= Math.Max(middle, centre); ring++)
                    hill[y * side + x] += sign / ((ring + 1f) * (ring + 1f));
            }
        }

        double length = Norm.L2.Length(hill);
        foreach (ref float value in hill)
            value = (float)(value / length);
    }
}
