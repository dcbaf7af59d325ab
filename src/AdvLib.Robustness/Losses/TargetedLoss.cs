namespace AdvLib;

/// <summary>
/// A loss that holds for every image of a batch a class to reach; raised, it moves each image from its label to its target.
/// </summary>
public abstract class TargetedLoss : Loss
{
    private readonly int[] _targets;

    /// <summary>Creates the loss for one batch.</summary>
    /// <param name="targets">The class each image of the batch is to reach, in 0 ... classes - 1; the loss keeps this array.</param>
    protected TargetedLoss(int[] targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        _targets = targets;
    }

    /// <summary>The loss of the batch's first image and its gradient.</summary>
    /// <inheritdoc/>
    public sealed override float Evaluate(ReadOnlySpan<float> logits, int label, Span<float> gradient) =>
        EvaluateAt(0, logits, label, gradient);

    /// <inheritdoc/>
    public sealed override float EvaluateAt(int image, ReadOnlySpan<float> logits, int label, Span<float> gradient) =>
        Toward(_targets[image], logits, label, gradient);

    /// <inheritdoc/>
    public sealed override Loss Select(ReadOnlySpan<int> images)
    {
        var targets = new int[images.Length];
        for (int i = 0; i < images.Length; i++)
            targets[i] = _targets[images[i]];
        return Create(targets);
    }

    /// <summary>The loss of an image with a target, and its gradient.</summary>
    /// <param name="target">The class to reach.</param>
    /// <param name="logits">The network's outputs before the softmax, one a class.</param>
    /// <param name="label">The image's class.</param>
    /// <param name="gradient">Receives <c>d loss / d logits</c>, one a class.</param>
    /// <returns>The loss.</returns>
    protected abstract float Toward(int target, ReadOnlySpan<float> logits, int label, Span<float> gradient);

    /// <summary>The same loss for other targets.</summary>
    /// <param name="targets">The new targets.</param>
    /// <returns>The loss.</returns>
    protected abstract Loss Create(int[] targets);
}
