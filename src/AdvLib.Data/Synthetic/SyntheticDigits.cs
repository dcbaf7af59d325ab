using System.Numerics;

namespace AdvLib;

/// <summary>
/// Digits drawn by the library, for where MNIST cannot be had: light strokes on dark ground, 28x28x1 bytes, 10 classes. Each is
/// one of several ways of writing its digit, with every point of its strokes moved a little, then bent, rotated, slanted, scaled
/// and shifted, and drawn with a pen of random width, softness and pressure.
/// </summary>
/// <remarks>
/// Same seed, same bits on any machine: only IEEE additions, multiplications, divisions and square roots are used, no sine or
/// logarithm of the platform's. Labels come in shuffled blocks of ten, each digit once, so the first n images of a larger set
/// are the set of n.
/// </remarks>
public static class SyntheticDigits
{
    private const int Classes = 10;
    private static readonly Shape ImageShape = new(DigitPen.Side, DigitPen.Side, 1);

    /// <summary>Draws a set of digits.</summary>
    /// <param name="count">Number of images, at least 1.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="purpose">
    /// <see cref="RandomPurpose.TrainDigits"/> or <see cref="RandomPurpose.TestDigits"/>: two sets of one seed share no image.
    /// </param>
    /// <returns>The set, named <c>synthetic digits train</c> or <c>synthetic digits test</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="count"/> is not positive or beyond what an array can hold, or the purpose is another.
    /// </exception>
    public static ImageSet Create(int count, ulong seed, RandomPurpose purpose)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Array.MaxLength / ImageShape.Size);
        string name = purpose switch
        {
            RandomPurpose.TrainDigits => "synthetic digits train",
            RandomPurpose.TestDigits => "synthetic digits test",
            _ => throw new ArgumentOutOfRangeException(
                nameof(purpose), purpose, "Digits are for training or for testing: use TrainDigits or TestDigits."),
        };

        var rng = new Rng(seed, purpose);
        var pen = new DigitPen();
        byte[] pixels = new byte[count * ImageShape.Size];
        byte[] labels = new byte[count];
        Span<byte> block = stackalloc byte[Classes];
        for (int i = 0; i < count; i++)
        {
            if (i % Classes == 0)
            {
                for (int c = 0; c < Classes; c++)
                    block[c] = (byte)c;
                rng.Shuffle(block);
            }

            labels[i] = block[i % Classes];
            Draw(labels[i], rng, pen, pixels.AsSpan(i * ImageShape.Size, ImageShape.Size));
        }

        return new ImageSet(name, ImageShape, Classes, pixels, labels);
    }

    private static void Draw(int digit, Rng rng, DigitPen pen, Span<byte> image)
    {
        SkeletonPoint[][][] variants = DigitSkeletons.Variants[digit];
        SkeletonPoint[][] strokes = variants[rng.NextInt32(variants.Length)];
        Span<SkeletonPoint> points = stackalloc SkeletonPoint[DigitSkeletons.MostPoints];
        points = Place(strokes, rng, points);

        pen.Start(radius: 1.35f + 0.7f * Bell(rng), softness: rng.NextSingle(0.8f, 1.5f));
        foreach (SkeletonPoint[] stroke in strokes)
        {
            pen.Draw(points[..stroke.Length]);
            points = points[stroke.Length..];
        }

        pen.Finish(image, peak: rng.NextSingle(0.85f, 1f));
    }

    // Moves every point a little, bends, slants, stretches and rotates the whole, then fits it into the frame as MNIST does:
    // the longer side to nearly one length, the middle of its box near the middle of the image.
    private static Span<SkeletonPoint> Place(SkeletonPoint[][] strokes, Rng rng, Span<SkeletonPoint> points)
    {
        Vector2 bend = 0.5f * Bells(rng);
        float slant = 0.15f + 0.5f * Bell(rng);
        float stretch = 0.92f + 0.4f * Bell(rng);

        // Rotation by the tangent of half the angle, which needs no sine: 0.2 is 23 degrees.
        float t = 0.2f * Bell(rng);
        float cos = (1 - t * t) / (1 + t * t);
        float sin = 2 * t / (1 + t * t);

        int count = 0;
        var low = new Vector2(float.MaxValue);
        var high = new Vector2(float.MinValue);
        foreach (SkeletonPoint[] stroke in strokes)
        {
            foreach (SkeletonPoint point in stroke)
            {
                Vector2 p = point.Position + 0.13f * Bells(rng);
                float y = p.Y + bend.Y * p.X * p.X;
                float x = stretch * (p.X + bend.X * p.Y * p.Y) - slant * y;
                p = new Vector2(cos * x - sin * y, sin * x + cos * y);
                low = Vector2.Min(low, p);
                high = Vector2.Max(high, p);
                points[count++] = point with { Position = p };
            }
        }

        float scale = (18f + 2f * Bell(rng)) / Math.Max(high.X - low.X, high.Y - low.Y);
        Vector2 centre = new Vector2(DigitPen.Side / 2f) + 1.5f * Bells(rng);
        points = points[..count];
        foreach (ref SkeletonPoint point in points)
            point = point with { Position = centre + scale * (point.Position - 0.5f * (low + high)) };
        return points;
    }

    /// <summary>A number in [-1, 1), bell-shaped about 0 with standard deviation 1/3.</summary>
    private static float Bell(Rng rng) => (rng.NextSingle() + rng.NextSingle() + rng.NextSingle()) * (2f / 3) - 1;

    private static Vector2 Bells(Rng rng)
    {
        float x = Bell(rng);
        return new Vector2(x, Bell(rng));
    }
}
