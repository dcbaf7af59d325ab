namespace AdvLib;

/// <summary>
/// What no attack within epsilon can pass: for each image bounds of every logit, and of how far the true class's logit lies above each
/// other one, by interval bound propagation (Gowal et al., "Scalable verified training for provably robust image classification", 2019).
/// </summary>
/// <remarks>
/// Sound in float32, rounding included; the margins come from the differences of the last layer's weights, tighter than differences of
/// bounds.
/// </remarks>
public sealed class IntervalBounds
{
    private readonly float[] _lower;
    private readonly float[] _upper;
    private readonly float[] _margins;

    private IntervalBounds(float epsilon, int count, int classes)
    {
        (Epsilon, Count, Classes) = (epsilon, count, classes);
        _lower = new float[count * classes];
        _upper = new float[count * classes];
        _margins = new float[count * classes];
        Verified = [];
    }

    /// <summary>Largest change of a pixel, in pixel units of [0, 1].</summary>
    public float Epsilon { get; }

    /// <summary>Number of images.</summary>
    public int Count { get; }

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>Whether each image is proved: classified correctly, and so is everything within epsilon of it.</summary>
    public IReadOnlyList<bool> Verified { get; private set; }

    /// <summary>Lower bounds of an image's logits.</summary>
    /// <param name="image">The image, from 0.</param>
    /// <returns>One a class.</returns>
    public ReadOnlySpan<float> Lower(int image) => _lower.AsSpan(image * Classes, Classes);

    /// <summary>Upper bounds of an image's logits.</summary>
    /// <param name="image">The image, from 0.</param>
    /// <returns>One a class.</returns>
    public ReadOnlySpan<float> Upper(int image) => _upper.AsSpan(image * Classes, Classes);

    /// <summary>Lower bounds of how far the true class's logit lies above each other one.</summary>
    /// <param name="image">The image, from 0.</param>
    /// <returns>One a class, 0 for the true one.</returns>
    public ReadOnlySpan<float> Margins(int image) => _margins.AsSpan(image * Classes, Classes);

    /// <summary>Bounds a network around images.</summary>
    /// <param name="model">The network, of any engine.</param>
    /// <param name="images">Clean images with their true labels.</param>
    /// <param name="epsilon">Largest change of a pixel, in pixel units of [0, 1]; at least 0.</param>
    /// <param name="clip">The range that pixels are kept in; [0, 1] when not given, <see cref="PixelRange.All"/> for none.</param>
    /// <returns>The bounds.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epsilon"/> is negative or not finite.</exception>
    /// <exception cref="BoundsUnavailableException">A layer of the network cannot be bounded.</exception>
    /// <exception cref="ShapeMismatchException">The images do not fit the model.</exception>
    public static IntervalBounds Of(INetwork model, ImageSet images, float epsilon, PixelRange? clip = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(images);
        EpsilonBox.Check(epsilon);
        ModelFit.Check(model, images);
        var network = new NetworkBounds(model);
        var bounds = new IntervalBounds(epsilon, images.Count, model.Classes);
        using Work work = Work.Begin($"bounds on {images.Name}", images.Count);
        int[] all = [.. Enumerable.Range(0, images.Count)];
        EpsilonBox.Each(images, all, epsilon, clip ?? PixelRange.Unit, (start, lower, upper, labels) =>
        {
            Range some = (start * model.Classes)..((start + labels.Length) * model.Classes);
            network.Logits(lower, upper, bounds._lower.AsSpan(some), bounds._upper.AsSpan(some));
            network.Margins(lower, upper, labels, bounds._margins.AsSpan(some));
        });
        bounds.Verified = [.. all.Select(i => IsVerified(bounds.Margins(i), images.Label(i)))];
        return bounds;
    }

    /// <summary>Whether every margin but the true class's own is above 0.</summary>
    internal static bool IsVerified(ReadOnlySpan<float> margins, int label)
    {
        for (int j = 0; j < margins.Length; j++)
        {
            if (j != label && !(margins[j] > 0))
                return false;
        }

        return true;
    }
}
