namespace AdvLib;

/// <summary>A loss over the rows of a batch, the same on every engine.</summary>
internal static class BatchLoss
{
    /// <summary>Writes the gradient of every row's own loss.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="first">The first row's image in the caller's batch.</param>
    /// <param name="logits">n rows of logits.</param>
    /// <param name="labels">n labels.</param>
    /// <param name="gradient">Receives n rows.</param>
    public static void Differentiate(Loss loss, int first, ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, Span<float> gradient)
    {
        int classes = logits.Length / Math.Max(1, labels.Length);
        for (int i = 0; i < labels.Length; i++)
            loss.EvaluateAt(first + i, logits.Slice(i * classes, classes), labels[i], gradient.Slice(i * classes, classes));
    }

    /// <summary>Mean loss and correct rows; writes the gradient of the mean.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="logits">n rows of logits, at least one.</param>
    /// <param name="labels">n labels.</param>
    /// <param name="gradient">Receives n rows.</param>
    /// <returns>What the step measured.</returns>
    public static StepResult DifferentiateMean(Loss loss, ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, Span<float> gradient)
    {
        int classes = logits.Length / labels.Length;
        float mean = loss.EvaluateBatch(logits, labels, gradient);
        int correct = 0;
        for (int i = 0; i < labels.Length; i++)
            correct += logits.Slice(i * classes, classes).IndexOfMax() == labels[i] ? 1 : 0;
        return new StepResult(mean, correct);
    }
}
