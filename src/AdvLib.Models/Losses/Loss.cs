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

    /// <summary>Carlini and Wagner's margin: the best other logit above the label's.</summary>
    public static Loss CwMargin { get; } = new CwMargin();

    /// <summary>Short name for tables, for example <c>cross-entropy</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether a training batch must be pairs: first clean images, then an adversary of each in the same order.</summary>
    public virtual bool WantsPairs => false;

    /// <summary>The loss of one image and its gradient.</summary>
    /// <param name="logits">The network's outputs before the softmax, one a class.</param>
    /// <param name="label">The image's class, in 0 ... classes - 1.</param>
    /// <param name="gradient">Receives <c>d loss / d logits</c>, one a class.</param>
    /// <returns>The loss of this image.</returns>
    public abstract float Evaluate(ReadOnlySpan<float> logits, int label, Span<float> gradient);

    /// <summary>
    /// The loss of one image of a batch and its gradient. Engines attack with this one, given the image's place in the span they were
    /// given; only losses that hold something of their own for every image look at it.
    /// </summary>
    /// <param name="image">The image's place in the batch, from 0.</param>
    /// <param name="logits">The network's outputs before the softmax, one a class.</param>
    /// <param name="label">The image's class, in 0 ... classes - 1.</param>
    /// <param name="gradient">Receives <c>d loss / d logits</c>, one a class.</param>
    /// <returns>The loss of this image.</returns>
    public virtual float EvaluateAt(int image, ReadOnlySpan<float> logits, int label, Span<float> gradient) =>
        Evaluate(logits, label, gradient);

    /// <summary>
    /// The mean loss of a training batch and its gradient. Engines train with this one; losses that
    /// compare images with each other override it.
    /// </summary>
    /// <param name="logits">n x classes outputs before the softmax.</param>
    /// <param name="labels">n labels, at least one.</param>
    /// <param name="gradients">Receives <c>d mean loss / d logits</c>, n x classes.</param>
    /// <returns>The mean loss.</returns>
    public virtual float EvaluateBatch(ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, Span<float> gradients)
    {
        int classes = Classes(logits, labels.Length, gradients);
        float scale = 1f / labels.Length;
        double sum = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            Span<float> gradient = gradients.Slice(i * classes, classes);
            sum += EvaluateAt(i, logits.Slice(i * classes, classes), labels[i], gradient);
            foreach (ref float g in gradient)
                g *= scale;
        }

        return (float)(sum / labels.Length);
    }

    /// <summary>The gradient of every row's own loss: what an engine carries backwards for an attack.</summary>
    /// <param name="first">The first row's image in the caller's batch.</param>
    /// <param name="logits">n rows of logits.</param>
    /// <param name="labels">n labels.</param>
    /// <param name="gradients">Receives n rows.</param>
    public void DifferentiateRows(int first, ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, Span<float> gradients)
    {
        int classes = Classes(logits, labels.Length, gradients);
        for (int i = 0; i < labels.Length; i++)
            EvaluateAt(first + i, logits.Slice(i * classes, classes), labels[i], gradients.Slice(i * classes, classes));
    }

    /// <summary>Mean loss and correct rows, and the gradient of the mean: what an engine carries backwards in a training step.</summary>
    /// <param name="logits">n rows of logits, at least one.</param>
    /// <param name="labels">n labels.</param>
    /// <param name="gradients">Receives n rows.</param>
    /// <returns>What the step measured.</returns>
    public StepResult DifferentiateMean(ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, Span<float> gradients)
    {
        int classes = Classes(logits, labels.Length, gradients);
        float mean = EvaluateBatch(logits, labels, gradients);
        int correct = 0;
        for (int i = 0; i < labels.Length; i++)
            correct += logits.Slice(i * classes, classes).IndexOfMax() == labels[i] ? 1 : 0;
        return new StepResult(mean, correct);
    }

    /// <summary>This loss for some images of the batch only: what was at place <c>images[i]</c> is at place i.</summary>
    /// <param name="images">Places in the batch.</param>
    /// <returns>This loss itself where it holds nothing of its own for an image.</returns>
    public virtual Loss Select(ReadOnlySpan<int> images) => this;

    // Logits of an image. Rows that were cut in the wrong places would still give a loss.
    private static int Classes(ReadOnlySpan<float> logits, int images, ReadOnlySpan<float> gradients)
    {
        int classes = logits.Length / Math.Max(1, images);
        return logits.Length == classes * images && gradients.Length >= logits.Length ? classes : throw new ShapeMismatchException(
            $"{logits.Length} logits and {gradients.Length} of their gradients for {images} labels.", "a whole row of each for a label.",
            "Pass the rows of as many images as there are labels.");
    }

    /// <summary>The loss's name.</summary>
    /// <returns><see cref="Name"/>.</returns>
    public override string ToString() => Name;
}
