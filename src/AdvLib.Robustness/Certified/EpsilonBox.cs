namespace AdvLib;

/// <summary>All that an attack may make of an image, as a box: every pixel moved by epsilon at most, and kept in a range.</summary>
internal static class EpsilonBox
{
    /// <summary>The corners of images' boxes.</summary>
    /// <param name="images">Pixels.</param>
    /// <param name="epsilon">Largest change of a pixel.</param>
    /// <param name="clip">The range that pixels are kept in.</param>
    /// <param name="lower">Receives the lower corners.</param>
    /// <param name="upper">Receives the upper corners.</param>
    public static void Around(ReadOnlySpan<float> images, float epsilon, PixelRange clip, Span<float> lower, Span<float> upper)
    {
        for (int i = 0; i < images.Length; i++)
        {
            lower[i] = MathF.Max(images[i] - epsilon, MathF.Min(clip.Low, images[i]));
            upper[i] = MathF.Min(images[i] + epsilon, MathF.Max(clip.High, images[i]));
        }
    }

    /// <summary>Throws when an epsilon is no size of a box.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or not finite.</exception>
    public static void Check(float epsilon)
    {
        if (!(epsilon >= 0) || !float.IsFinite(epsilon))
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "Finite and at least 0, in pixel units, for example 0.1.");
    }

    /// <summary>Takes the boxes of a set of images in pieces.</summary>
    /// <param name="images">The images.</param>
    /// <param name="places">Which of them.</param>
    /// <param name="epsilon">Largest change of a pixel.</param>
    /// <param name="clip">The range that pixels are kept in.</param>
    /// <param name="each">Is given where a piece begins among the places, the corners of its boxes, and its labels.</param>
    public static void Each(ImageSet images, ReadOnlySpan<int> places, float epsilon, PixelRange clip, BoundBoxes each)
    {
        const int Piece = 250;
        var pixels = new float[Math.Min(Piece, places.Length) * images.Shape.Size];
        var lower = new float[pixels.Length];
        var upper = new float[pixels.Length];
        var labels = new int[Piece];
        for (int start = 0; start < places.Length; start += Piece)
        {
            ReadOnlySpan<int> some = places.Slice(start, Math.Min(Piece, places.Length - start));
            int length = some.Length * images.Shape.Size;
            images.CopyImages(some, pixels);
            images.CopyLabels(some, labels);
            Around(pixels.AsSpan(0, length), epsilon, clip, lower, upper);
            each(start, lower.AsSpan(0, length), upper.AsSpan(0, length), labels.AsSpan(0, some.Length));
            Work.Done(some.Length, 1);
        }
    }

    /// <summary>Bounds a piece of boxes.</summary>
    /// <param name="start">Where the piece begins.</param>
    /// <param name="lower">Lower corners.</param>
    /// <param name="upper">Upper corners.</param>
    /// <param name="labels">True classes.</param>
    public delegate void BoundBoxes(int start, ReadOnlySpan<float> lower, ReadOnlySpan<float> upper, ReadOnlySpan<int> labels);
}
