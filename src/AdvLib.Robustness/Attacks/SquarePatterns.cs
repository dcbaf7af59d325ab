
namespace AdvLib;

/// <summary>
/// The perturbations the Square attack is made of (Andriushchenko et al., 2020): patches in which every pixel goes to the same edge of its
/// ball, channel by channel. On images they move more than noise does, which convolutions average out.
/// </summary>
internal static class SquarePatterns
{
    // Squares over the stripes of a start.
    private const int StartSquares = 3;

    /// <summary>Every column of every channel goes up or down.</summary>
    public static void DrawStripes(Rng rng, Shape shape, float epsilon, PixelRange range, ReadOnlySpan<float> clean, Span<float> image)
    {
        int width = shape.Width * shape.Channels;
        Span<float> changes = stackalloc float[256];
        changes = width <= changes.Length ? changes[..width] : new float[width];
        foreach (ref float change in changes)
            change = DrawSign(rng) * epsilon;
        for (int i = 0; i < image.Length; i++)
            image[i] = Moved(clean[i], changes[i % width], range);
    }

    /// <summary>A square anywhere in the image goes up or down, channel by channel; the rest stays.</summary>
    /// <returns>The square.</returns>
    public static PixelWindow DrawSquare(
        Rng rng, Shape shape, int side, float epsilon, PixelRange range, ReadOnlySpan<float> clean, Span<float> image)
    {
        int top = rng.NextInt32(shape.Height - side + 1);
        int left = rng.NextInt32(shape.Width - side + 1);
        for (int c = 0; c < shape.Channels; c++)
        {
            float change = DrawSign(rng) * epsilon;
            for (int y = top; y < top + side; y++)
            {
                for (int x = left; x < left + side; x++)
                {
                    int i = (y * shape.Width + x) * shape.Channels + c;
                    image[i] = Moved(clean[i], change, range);
                }
            }
        }

        return new PixelWindow(top, left, side, side);
    }

    /// <summary>A start for other attacks: stripes, and a few squares of up to half the image's side over them.</summary>
    public static void DrawStart(Rng rng, Shape shape, float epsilon, PixelRange range, ReadOnlySpan<float> clean, Span<float> image)
    {
        DrawStripes(rng, shape, epsilon, range, clean, image);
        int largest = Math.Max(1, Math.Min(shape.Height, shape.Width) / 2);
        for (int square = 0; square < StartSquares; square++)
            DrawSquare(rng, shape, 1 + rng.NextInt32(largest), epsilon, range, clean, image);
    }

    private static float Moved(float pixel, float change, PixelRange range) => MathF.Min(MathF.Max(pixel + change, range.Low), range.High);

    private static float DrawSign(Rng rng) => rng.NextUInt64() >> 63 == 0 ? 1 : -1;
}
