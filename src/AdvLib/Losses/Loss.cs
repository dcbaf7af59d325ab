namespace AdvLib;

/// <summary>
/// A loss as a function of the logits. Working on logits keeps losses independent of the engine and of a saturated softmax:
/// an engine only has to carry <c>d loss / d logits</c> backwards.
/// </summary>
public abstract class Loss
{
    /// <summary>Categorical cross-entropy on the softmax.</summary>
    public static Loss CrossEntropy { get; } = new CrossEntropy();

    /// <summary>Mean squared error between the one-hot label and the softmax.</summary>
    public static Loss MeanSquaredError { get; } = new MeanSquaredError();

    /// <summary>Short name for tables, for example <c>cross-entropy</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The loss of one image and its gradient.</summary>
    /// <param name="logits">The network's outputs before the softmax, one a class.</param>
    /// <param name="label">The image's class, in 0 ... classes - 1.</param>
    /// <param name="gradient">Receives <c>d loss / d logits</c>, one a class.</param>
    /// <returns>The loss of this image.</returns>
    public abstract float Evaluate(ReadOnlySpan<float> logits, int label, Span<float> gradient);

    /// <summary>The loss's name.</summary>
    /// <returns><see cref="Name"/>.</returns>
    public override string ToString() => Name;
}
