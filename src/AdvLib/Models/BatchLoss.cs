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
    public static void Differentiate(Loss loss, int first, ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, Span<float> gradient) =>
        Run(loss, first, logits, labels, gradient);

    /// <summary>Mean loss and correct rows; writes the gradient of the mean.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="logits">n rows of logits, at least one.</param>
    /// <param name="labels">n labels.</param>
    /// <param name="gradient">Receives n rows.</param>
    /// <returns>What the step measured.</returns>
    public static StepResult DifferentiateMean(Loss loss, ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, Span<float> gradient)
    {
        (double sum, int correct) = Run(loss, 0, logits, labels, gradient);
        float scale = 1f / labels.Length;
        foreach (ref float g in gradient)
            g *= scale;
        return new StepResult((float)(sum / labels.Length), correct);
    }

    private static (double Sum, int Correct) Run(Loss loss, int first, ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, Span<float> gradient)
    {
        int classes = logits.Length / Math.Max(1, labels.Length);
        double sum = 0;
        int correct = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            ReadOnlySpan<float> row = logits.Slice(i * classes, classes);
            sum += loss.EvaluateAt(first + i, row, labels[i], gradient.Slice(i * classes, classes));
            correct += row.IndexOfMax() == labels[i] ? 1 : 0;
        }

        return (sum, correct);
    }
}
