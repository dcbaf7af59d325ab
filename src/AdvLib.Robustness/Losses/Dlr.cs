namespace AdvLib;

/// <summary>
/// The difference of logits ratio (Croce and Hein, "Reliable evaluation of adversarial robustness with an ensemble of diverse
/// parameter-free attacks", 2020): <c>(max_(c != label) z[c] - z[label]) / (z[1st] - z[3rd])</c> with the logits in falling order.
/// It depends neither on the logits' scale nor on a shift, so no saturated softmax can hide its gradient.
/// </summary>
public sealed class Dlr : Loss
{
    /// <summary>The fewest classes it is defined for.</summary>
    public const int FewestClasses = 3;

    // Croce and Hein's own guard against logits that are all equal.
    internal const float Guard = 1e-12f;

    /// <inheritdoc/>
    public override string Name => "DLR";

    /// <inheritdoc/>
    /// <exception cref="ShapeMismatchException">There are fewer than three classes.</exception>
    public override float Evaluate(ReadOnlySpan<float> logits, int label, Span<float> gradient)
    {
        if (logits.Length < FewestClasses)
            throw new ShapeMismatchException(
                $"DLR on {logits.Length} classes.", "at least 3: it divides by the distance to the third.", "Use Loss.CwMargin.");
        Span<int> top = stackalloc int[3];
        logits.FindTop(top);
        int other = top[0] == label ? top[1] : top[0];
        float scale = 1 / (logits[top[0]] - logits[top[2]] + Guard);
        float ratio = (logits[other] - logits[label]) * scale;
        gradient.Clear();
        gradient[other] += scale;
        gradient[label] -= scale;
        gradient[top[0]] -= ratio * scale;
        gradient[top[2]] += ratio * scale;
        return ratio;
    }
}
