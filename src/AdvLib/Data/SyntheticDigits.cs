using System.Numerics;
using AdvLib.Numerics;

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
    /// <param name="purpose"><see cref="RandomPurpose.TrainDigits"/> or <see cref="RandomPurpose.TestDigits"/>: two sets of one seed share no image.</param>
    /// <returns>The set, named <c>synthetic digits train</c> or <c>synthetic digits test</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is not positive or beyond what an array can hold, or the purpose is another.</exception>
    public static ImageSet Create(int count, ulong seed, RandomPurpose purpose)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Array.MaxLength / ImageShape.Size);
        string name = purpose switch
        {
            RandomPurpose.TrainDigits => "synthetic digits train",
            RandomPurpose.TestDigits => "synthetic digits test",
            _ => throw new ArgumentOutOfRangeException(nameof(purpose), purpose, "Digits are for training or for testing: use TrainDigits or TestDigits."),
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
        Warp warp = new(rng);
        pen.Start(radius: 1.35f + 0.55f * Bell(rng), softness: rng.NextSingle(0.8f, 1.5f));
        Span<SkeletonPoint> points = stackalloc SkeletonPoint[DigitSkeletons.LongestStroke];
        foreach (SkeletonPoint[] stroke in strokes)
        {
            Span<SkeletonPoint> path = points[..stroke.Length];
            for (int p = 0; p < path.Length; p++)
            {
                Vector2 moved = stroke[p].Position + Jitter * new Vector2(Bell(rng), Bell(rng));
                path[p] = stroke[p] with { Position = warp.Apply(moved) };
            }

            pen.Draw(path);
        }

        pen.Finish(image, peak: rng.NextSingle(0.8f, 1f));
    }

    private const float Jitter = 0.07f;

    /// <summary>A number in (-1, 1), bell-shaped about 0 with standard deviation 1/3.</summary>
    private static float Bell(Rng rng) => (rng.NextSingle() + rng.NextSingle() + rng.NextSingle()) * (2f / 3) - 1;

    /// <summary>How one digit is bent, rotated, slanted, scaled and shifted: from its own square of side 1 to pixels.</summary>
    private readonly struct Warp
    {
        private readonly Vector2 _bend;
        private readonly Vector2 _x;
        private readonly Vector2 _y;
        private readonly Vector2 _centre;

        public Warp(Rng rng)
        {
            _bend = 0.35f * new Vector2(Bell(rng), Bell(rng));

            // Rotation by the tangent of half the angle, which needs no sine: t = 0.16 is 18 degrees.
            float t = 0.16f * Bell(rng);
            float cos = (1 - t * t) / (1 + t * t);
            float sin = 2 * t / (1 + t * t);
            float slant = 0.12f + 0.4f * Bell(rng);
            float height = 19.5f + 2.5f * Bell(rng);
            float width = height * (0.95f + 0.3f * Bell(rng));
            _x = new Vector2(cos, sin) * width;
            _y = new Vector2(-sin - slant * cos, cos - slant * sin) * height;
            _centre = new Vector2(DigitPen.Side / 2f) + 2f * new Vector2(Bell(rng), Bell(rng));
        }

        public Vector2 Apply(Vector2 p)
        {
            float x = p.X + _bend.X * p.Y * p.Y;
            float y = p.Y + _bend.Y * p.X * p.X;
            return _centre + x * _x + y * _y;
        }
    }
}
