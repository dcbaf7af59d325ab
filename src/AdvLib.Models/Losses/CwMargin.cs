namespace AdvLib;

/// <summary>
/// The margin (Carlini and Wagner, "Towards evaluating the robustness of neural networks", 2017, their f6 without its bound):
/// <c>max_(c != label) z[c] - z[label]</c>, above 0 exactly where the image is misclassified. A sure prediction does not flatten it,
/// as it flattens what is computed from a softmax.
/// </summary>
internal sealed class CwMargin : Loss
{
    /// <inheritdoc/>
    public override string Name => "CW margin";

    /// <inheritdoc/>
    public override float Evaluate(ReadOnlySpan<float> logits, int label, Span<float> gradient)
    {
        int other = logits.BestOther(label);
        gradient.Clear();
        gradient[other] = 1;
        gradient[label] = -1;
        return logits[other] - logits[label];
    }
}
