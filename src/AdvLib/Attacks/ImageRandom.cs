using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace AdvLib;

/// <summary>Random numbers of attacks: seeded by the image's own content, so that they do not depend on the batch it is in.</summary>
public static class ImageRandom
{
    /// <summary>The generator of one image.</summary>
    /// <param name="image">The clean image.</param>
    /// <param name="seed">The attack's seed.</param>
    /// <param name="restart">Number of the restart, from 0; each has a stream of its own.</param>
    public static Rng Of(ReadOnlySpan<float> image, ulong seed, int restart = 0) =>
        new((seed + (ulong)restart * 0x9E3779B97F4A7C15) ^ Fingerprint(image), RandomPurpose.Attack);

    /// <summary>A random start: a uniform draw from the ball around an image, cut to the range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Epsilon is negative or not finite.</exception>
    /// <exception cref="ShapeMismatchException">The start has not as many pixels as the image.</exception>
    public static void Start(
        ReadOnlySpan<float> image, Norm norm, float epsilon, PixelRange range, ulong seed, int restart, Span<float> start)
    {
        AttackGuard.Epsilon(epsilon, nameof(epsilon));
        ModelFit.CheckLength(start.Length, image.Length, "pixels of a start");
        Draw(Of(image, seed, restart), norm, epsilon, start);
        TensorPrimitives.Add(image, start, start);
        norm.Project(image, epsilon, range, image.Length, start);
    }

    /// <summary>A uniform draw of a perturbation from the ball of a norm.</summary>
    private static void Draw(Rng rng, Norm norm, float epsilon, Span<float> perturbation)
    {
        switch (norm)
        {
            case Norm.Linf:
                foreach (ref float change in perturbation)
                    change = rng.NextSingle(-epsilon, epsilon);
                break;
            case Norm.L2:
                // A normal draw has no preferred direction; the d-th root spreads the radius evenly over the volume.
                double squares = 0;
                foreach (ref float change in perturbation)
                {
                    change = Normal(rng);
                    squares += (double)change * change;
                }

                Scale(perturbation, epsilon * Math.Pow(rng.NextSingle(), 1.0 / perturbation.Length), Math.Sqrt(squares));
                break;
            default:
                // Exponential draws over their sum, one more than there are pixels, are uniform in the simplex; signs make it the ball.
                double sum = Exponential(rng);
                foreach (ref float change in perturbation)
                {
                    change = Exponential(rng);
                    sum += change;
                    if (rng.NextUInt64() >> 63 == 0)
                        change = -change;
                }

                Scale(perturbation, epsilon, sum);
                break;
        }
    }

    // Draws that are all 0 stay so: there may be one pixel only.
    private static void Scale(Span<float> values, double radius, double length)
    {
        double scale = length > 0 ? radius / length : 0;
        foreach (ref float value in values)
            value = (float)(value * scale);
    }

    // Box and Muller's transform; 1 - u is never 0.
    private static float Normal(Rng rng) =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - (double)rng.NextSingle())) * Math.Cos(2 * Math.PI * rng.NextSingle()));

    private static float Exponential(Rng rng) => (float)-Math.Log(1 - (double)rng.NextSingle());

    // FNV-1a (Fowler, Noll and Vo) over the pixels' bits.
    private static ulong Fingerprint(ReadOnlySpan<float> image)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (uint bits in MemoryMarshal.Cast<float, uint>(image))
            hash = (hash ^ bits) * 0x100000001B3;
        return hash;
    }
}
