namespace AdvLib;

/// <summary>The target's logit above the label's, <c>z[target] - z[label]</c>: 0 on the boundary between the two classes.</summary>
/// <param name="targets">The class each image of the batch is to reach, in 0 ... classes - 1; the loss keeps this array.</param>
public sealed class TargetedMargin(params int[] targets) : TargetedLoss(targets)
{
    /// <inheritdoc/>
    public override string Name => "targeted margin";

    /// <inheritdoc/>
    protected override float Toward(int target, ReadOnlySpan<float> logits, int label, Span<float> gradient)
    {
        gradient.Clear();
        gradient[target] += 1;
        gradient[label] -= 1;
        return logits[target] - logits[label];
    }

    /// <inheritdoc/>
    protected override Loss Create(int[] targets) => new TargetedMargin(targets);
}
