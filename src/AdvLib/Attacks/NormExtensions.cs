using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace AdvLib;

/// <summary>What gradient attacks do with pixels: a step in a norm, and the projection onto its ball and the pixels' range.</summary>
public static class NormExtensions
{
    // SLIDE's 99th percentile (Tramer and Boneh, 2019).
    private const double SteepestShare = 0.01;

    // Beyond it the sum of a pixel and a step may be no number.
    private const float Huge = 1e30f;

    /// <summary>
    /// One step of every image along its gradient, the steepest in the norm: the sign of the gradient for L-inf, its direction for L2, and
    /// for L1 the share of pixels with the steepest gradients of those that can still move, all by the same amount (Tramer and Boneh,
    /// "Adversarial training and robustness for multiple perturbations", 2019). Where the gradient is 0 nothing moves.
    /// </summary>
    /// <param name="norm">The norm.</param>
    /// <param name="gradients">n gradients.</param>
    /// <param name="step">Length of the step in the norm; negative to go down.</param>
    /// <param name="range">Pixel values that L1's pixels can still move in.</param>
    /// <param name="size">Pixels of an image.</param>
    /// <param name="images">n images, moved in place.</param>
    /// <exception cref="ShapeMismatchException">The spans do not fit each other, or are no whole images.</exception>
    public static void Step(this Norm norm, ReadOnlySpan<float> gradients, float step, PixelRange range, int size, Span<float> images)
    {
        CheckImages(gradients, size, images);
        if (norm == Norm.Linf)
            StepBySign(gradients, step, images);
        for (int at = 0; at < images.Length && norm != Norm.Linf; at += size)
        {
            if (norm == Norm.L1)
                StepSteepest(gradients.Slice(at, size), step, range, images.Slice(at, size));
            else
                StepAlong(Norm.L2, gradients.Slice(at, size), step, images.Slice(at, size));
        }

        if (MathF.Abs(step) > Huge)
            TensorPrimitives.Clamp(images, float.MinValue, float.MaxValue, images);
    }

    /// <summary>Brings every image back into the ball around its original, and cuts it to the range.</summary>
    /// <param name="norm">The ball's norm.</param>
    /// <param name="originals">n images, which lie in the range.</param>
    /// <param name="epsilon">The ball's radius.</param>
    /// <param name="range">Pixel values that are allowed.</param>
    /// <param name="size">Pixels of an image.</param>
    /// <param name="images">n images, changed in place.</param>
    /// <exception cref="ShapeMismatchException">The spans do not fit each other, or are no whole images.</exception>
    public static void Project(this Norm norm, ReadOnlySpan<float> originals, float epsilon, PixelRange range, int size, Span<float> images)
    {
        CheckImages(originals, size, images);
        for (int at = 0; at < images.Length; at += size)
        {
            ReadOnlySpan<float> original = originals.Slice(at, size);
            Span<float> image = images.Slice(at, size);
            if (norm == Norm.Linf)
                ProjectLinf(original, epsilon, image);
            else if (norm.Distance(original, image) is var distance && distance > epsilon)
                Shrink(norm, original, epsilon, distance, image);
        }

        // Pixels cut to a range that holds the original come nearer to it, so the image stays in the ball.
        if (range == PixelRange.All && epsilon > Huge)
            TensorPrimitives.Clamp(images, float.MinValue, float.MaxValue, images);
        else if (range != PixelRange.All)
            TensorPrimitives.Clamp(images, range.Low, range.High, images);
    }

    /// <summary>The norm of the difference of two images.</summary>
    /// <param name="norm">The norm.</param>
    /// <param name="a">One image.</param>
    /// <param name="b">The other.</param>
    /// <returns>The distance, in pixel units.</returns>
    /// <exception cref="ShapeMismatchException">One has more pixels than the other.</exception>
    public static double Distance(this Norm norm, ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        CheckImages(a, Math.Max(1, a.Length), b);
        if (norm == Norm.Linf)
            return LargestDifference(a, b);
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum = Add(norm, sum, Math.Abs((double)b[i] - a[i]));
        return norm == Norm.L2 ? Math.Sqrt(sum) : sum;
    }

    /// <summary>The norm of one image or gradient.</summary>
    /// <param name="norm">The norm.</param>
    /// <param name="values">The values.</param>
    /// <returns>The length.</returns>
    public static double Length(this Norm norm, ReadOnlySpan<float> values)
    {
        if (norm == Norm.Linf)
            return values.IsEmpty ? 0 : Math.Abs((double)TensorPrimitives.MaxMagnitude(values));
        double sum = 0;
        foreach (float value in values)
            sum = Add(norm, sum, Math.Abs((double)value));
        return norm == Norm.L2 ? Math.Sqrt(sum) : sum;
    }

    // In double, as the other norms: a difference that is rounded could pass for epsilon.
    private static double LargestDifference(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var largest = Vector256<double>.Zero;
        int i = 0;
        for (; i <= a.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            (Vector256<double> lowA, Vector256<double> highA) = Vector256.Widen(Vector256.Create(a[i..]));
            (Vector256<double> lowB, Vector256<double> highB) = Vector256.Widen(Vector256.Create(b[i..]));
            largest = Vector256.Max(largest, Vector256.Max(Vector256.Abs(lowB - lowA), Vector256.Abs(highB - highA)));
        }

        double most = Math.Max(Math.Max(largest[0], largest[1]), Math.Max(largest[2], largest[3]));
        for (; i < a.Length; i++)
            most = Math.Max(most, Math.Abs((double)b[i] - a[i]));
        return most;
    }

    // What is too long on one side would be left out without a word.
    private static void CheckImages(ReadOnlySpan<float> given, int size, ReadOnlySpan<float> images)
    {
        if (given.Length != images.Length || size < 1 || images.Length % size != 0)
        {
            throw new ShapeMismatchException(
                $"{given.Length} and {images.Length} pixels of images of {size}.", "as many of both, of whole images.",
                "Pass spans for the same images.");
        }
    }

    private static double Add(Norm norm, double sum, double size) =>
        norm switch { Norm.Linf => Math.Max(sum, size), Norm.L2 => sum + size * size, _ => sum + size };

    /// <summary><c>image += step sign(gradient)</c>, with sign(0) = 0.</summary>
    internal static void StepBySign(ReadOnlySpan<float> gradients, float step, Span<float> images)
    {
        int i = 0;
        for (; i <= images.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var gradient = new Vector<float>(gradients[i..]);
            Vector<float> change = Vector.ConditionalSelect(
                Vector.GreaterThan(gradient, Vector<float>.Zero),
                new Vector<float>(step),
                Vector.ConditionalSelect(Vector.LessThan(gradient, Vector<float>.Zero), new Vector<float>(-step), Vector<float>.Zero));
            (new Vector<float>(images[i..]) + change).CopyTo(images[i..]);
        }

        for (; i < images.Length; i++)
            images[i] += gradients[i] > 0 ? step : gradients[i] < 0 ? -step : 0;
    }

    /// <summary><c>values += step gradient / |gradient|</c>; a gradient of 0 moves nothing.</summary>
    internal static void StepAlong(Norm norm, ReadOnlySpan<float> gradient, float step, Span<float> values)
    {
        double length = norm.Length(gradient);
        if (!(length > 0))
            return;
        float factor = (float)(step / length);
        if (float.IsFinite(factor))
        {
            TensorPrimitives.MultiplyAdd(gradient, factor, values, values);
            return;
        }

        // However small the gradient, it has a direction.
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)(values[i] + gradient[i] / length * step);
    }

    private static void StepSteepest(ReadOnlySpan<float> gradient, float step, PixelRange range, Span<float> image)
    {
        using var rentedSlopes = new Rented<float>(gradient.Length);
        using var rentedPlaces = new Rented<int>(gradient.Length);
        Span<float> slopes = rentedSlopes.Span;
        Span<int> places = rentedPlaces.Span;
        int free = 0;
        for (int i = 0; i < gradient.Length; i++)
        {
            bool up = gradient[i] > 0 == step > 0;
            if (gradient[i] != 0 && step != 0 && (up ? image[i] < range.High : image[i] > range.Low))
                (slopes[free], places[free++]) = (-MathF.Abs(gradient[i]), i);
        }

        int moved = Math.Min(free, Math.Max(1, (int)(SteepestShare * gradient.Length)));
        slopes[..free].Sort(places[..free]);
        foreach (int i in places[..moved])
            image[i] += (gradient[i] > 0 ? step : -step) / moved;
    }

    private static void ProjectLinf(ReadOnlySpan<float> original, float epsilon, Span<float> image)
    {
        var radius = new Vector<float>(epsilon);
        int i = 0;
        for (; i <= image.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var middle = new Vector<float>(original[i..]);
            Vector.Min(Vector.Max(new Vector<float>(image[i..]), middle - radius), middle + radius).CopyTo(image[i..]);
        }

        for (; i < image.Length; i++)
            image[i] = MathF.Min(MathF.Max(image[i], original[i] - epsilon), original[i] + epsilon);
    }

    private static void Shrink(Norm norm, ReadOnlySpan<float> original, float epsilon, double distance, Span<float> image)
    {
        if (norm == Norm.L1)
        {
            ShrinkL1(original, epsilon, image);
            return;
        }

        double scale = epsilon / distance;
        for (int i = 0; i < image.Length; i++)
            image[i] = original[i] + (float)((image[i] - original[i]) * scale);
    }

    // Duchi et al., "Efficient projections onto the l1-ball for learning in high dimensions", 2008:
    // every change shrinks by the same amount.
    private static void ShrinkL1(ReadOnlySpan<float> original, float epsilon, Span<float> image)
    {
        using var rented = new Rented<float>(image.Length);
        Span<float> sizes = rented.Span;
        for (int i = 0; i < image.Length; i++)
            sizes[i] = -MathF.Abs(image[i] - original[i]);
        sizes.Sort();
        double sum = 0;
        double shrink = 0;
        for (int i = 0; i < image.Length; i++)
        {
            sum -= sizes[i];
            double next = (sum - epsilon) / (i + 1);
            if (-sizes[i] < next)
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
