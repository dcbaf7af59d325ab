using System.Numerics;

namespace AdvLib;

/// <summary>
/// What gradient attacks do with pixels: steps along a gradient, projections onto the ball of a norm, cuts to the pixels' range. All
/// are of one image but those of the L-inf norm, where pixels do not know of each other.
/// </summary>
internal static class PixelSteps
{
    /// <summary>
    /// <c>destination = cut(current + step sign(gradient))</c>, cut to epsilon around the original and then to the range; sign(0) = 0.
    /// The destination may be any of the others.
    /// </summary>
    public static void Sign(
        ReadOnlySpan<float> originals, ReadOnlySpan<float> current, ReadOnlySpan<float> gradients, float step, float epsilon, PixelRange range, Span<float> destination)
    {
        var low = new Vector<float>(range.Low);
        var high = new Vector<float>(range.High);
        var radius = new Vector<float>(epsilon);
        int i = 0;
        for (; i <= originals.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var gradient = new Vector<float>(gradients[i..]);
            var original = new Vector<float>(originals[i..]);
            Vector<float> change = Vector.ConditionalSelect(
                Vector.GreaterThan(gradient, Vector<float>.Zero),
                new Vector<float>(step),
                Vector.ConditionalSelect(Vector.LessThan(gradient, Vector<float>.Zero), new Vector<float>(-step), Vector<float>.Zero));
            Vector<float> near = Vector.Min(Vector.Max(new Vector<float>(current[i..]) + change, original - radius), original + radius);
            Vector.Min(Vector.Max(near, low), high).CopyTo(destination[i..]);
        }

        for (; i < originals.Length; i++)
        {
            float change = gradients[i] > 0 ? step : gradients[i] < 0 ? -step : 0;
            float near = MathF.Min(MathF.Max(current[i] + change, originals[i] - epsilon), originals[i] + epsilon);
            destination[i] = MathF.Min(MathF.Max(near, range.Low), range.High);
        }
    }

    /// <summary><c>destination += scale source</c>.</summary>
    public static void AddScaled(ReadOnlySpan<float> source, float scale, Span<float> destination)
    {
        int i = 0;
        for (; i <= source.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(destination[i..]) + new Vector<float>(source[i..]) * scale).CopyTo(destination[i..]);
        for (; i < source.Length; i++)
            destination[i] += source[i] * scale;
    }

    /// <summary>One step of L-inf or L2 on one image, projected.</summary>
    public static void Ascend(
        ReadOnlySpan<float> original, ReadOnlySpan<float> current, ReadOnlySpan<float> gradient, Norm norm, float step, float epsilon, PixelRange range, Span<float> destination)
    {
        if (norm == Norm.Linf)
        {
            Sign(original, current, gradient, step, epsilon, range, destination);
            return;
        }

        current.CopyTo(destination);
        if (Length(gradient, Norm.L2) is > 0 and var length)
            AddScaled(gradient, (float)(step / length), destination);
        Project(original, norm, epsilon, range, destination);
    }

    /// <summary><c>next = current + share (next - current) + (1 - share) (current - previous)</c>.</summary>
    public static void Blend(ReadOnlySpan<float> current, ReadOnlySpan<float> previous, float share, Span<float> next)
    {
        int i = 0;
        for (; i <= current.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var c = new Vector<float>(current[i..]);
            (c + (new Vector<float>(next[i..]) - c) * share + (c - new Vector<float>(previous[i..])) * (1 - share)).CopyTo(next[i..]);
        }

        for (; i < current.Length; i++)
            next[i] = current[i] + (next[i] - current[i]) * share + (current[i] - previous[i]) * (1 - share);
    }

    /// <summary><c>image += share (goal - image)</c>.</summary>
    public static void Toward(ReadOnlySpan<float> goal, float share, Span<float> image)
    {
        for (int i = 0; i < image.Length; i++)
            image[i] += share * (goal[i] - image[i]);
    }

    /// <summary>Brings one image back into the ball around its original, and cuts it to the range.</summary>
    public static void Project(ReadOnlySpan<float> original, Norm norm, float epsilon, PixelRange range, Span<float> image)
    {
        switch (norm)
        {
            case Norm.Linf:
                // No gradient, no step: only the cuts are left.
                Sign(original, image, image, 0, epsilon, range, image);
                return;
            case Norm.L2:
                Shrink(original, Math.Min(1, epsilon / Distance(original, image, norm)), image);
                break;
            default:
                ProjectL1(original, epsilon, image);
                break;
        }

        // Pixels cut to a range that holds the original come nearer to it, so the image stays in the ball.
        Cut(range, image);
    }

    /// <summary>The norm of the difference of two images.</summary>
    public static double Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Norm norm)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            double change = Math.Abs((double)b[i] - a[i]);
            sum = norm switch { Norm.Linf => Math.Max(sum, change), Norm.L2 => sum + change * change, _ => sum + change };
        }

        return norm == Norm.L2 ? Math.Sqrt(sum) : sum;
    }

    /// <summary>The norm of one image or gradient.</summary>
    public static double Length(ReadOnlySpan<float> values, Norm norm)
    {
        double sum = 0;
        foreach (float value in values)
        {
            double size = Math.Abs((double)value);
            sum = norm switch { Norm.Linf => Math.Max(sum, size), Norm.L2 => sum + size * size, _ => sum + size };
        }

        return norm == Norm.L2 ? Math.Sqrt(sum) : sum;
    }

    /// <summary>
    /// A step of the L1 norm on one image: the share of pixels with the steepest gradients of those that can still move moves by the same
    /// amount (Tramer and Boneh, "Adversarial training and robustness for multiple perturbations", 2019). The single steepest pixel would
    /// be at the end of its range at once.
    /// </summary>
    public static void SteepestPixels(ReadOnlySpan<float> gradient, float step, double share, PixelRange range, Span<float> image)
    {
        using var slopes = new Scratch<float>(gradient.Length);
        using var places = new Scratch<int>(gradient.Length);
        int free = 0;
        for (int i = 0; i < gradient.Length; i++)
        {
            float direction = gradient[i] * step;
            if ((direction > 0 && image[i] < range.High) || (direction < 0 && image[i] > range.Low))
                (slopes.Span[free], places.Span[free++]) = (-MathF.Abs(gradient[i]), i);
        }

        int moved = Math.Min(free, Math.Max(1, (int)(share * gradient.Length)));
        slopes.Span[..free].Sort(places.Span[..free]);
        foreach (int i in places.Span[..moved])
            image[i] += (gradient[i] > 0 ? step : -step) / moved;
    }

    /// <summary>Cuts pixels to the range.</summary>
    public static void Cut(PixelRange range, Span<float> image)
    {
        foreach (ref float pixel in image)
            pixel = MathF.Min(MathF.Max(pixel, range.Low), range.High);
    }

    private static void Shrink(ReadOnlySpan<float> original, double scale, Span<float> image)
    {
        if (scale >= 1)
            return;
        for (int i = 0; i < image.Length; i++)
            image[i] = original[i] + (float)((image[i] - original[i]) * scale);
    }

    // Duchi et al., "Efficient projections onto the l1-ball for learning in high dimensions", 2008: every change shrinks by the same amount.
    private static void ProjectL1(ReadOnlySpan<float> original, float epsilon, Span<float> image)
    {
        if (Distance(original, image, Norm.L1) <= epsilon)
            return;
        using var sizes = new Scratch<float>(image.Length);
        for (int i = 0; i < image.Length; i++)
            sizes.Span[i] = -MathF.Abs(image[i] - original[i]);
        sizes.Span.Sort();
        double sum = 0;
        double shrink = 0;
        for (int i = 0; i < image.Length; i++)
        {
            sum -= sizes.Span[i];
            double next = (sum - epsilon) / (i + 1);
            if (-sizes.Span[i] <= next)
                break;
            shrink = next;
        }

        for (int i = 0; i < image.Length; i++)
        {
            float change = image[i] - original[i];
            image[i] = original[i] + MathF.CopySign((float)Math.Max(0, Math.Abs(change) - shrink), change);
        }
    }
}
