namespace AdvLib;

/// <summary>Categorical cross-entropy on the softmax: <c>-log p[label]</c>, gradient <c>p - onehot</c>.</summary>
internal sealed class CrossEntropy : Loss
{
    /// <inheritdoc/>
    public override string Name => "cross-entropy";

    /// <inheritdoc/>
    public override float Evaluate(ReadOnlySpan<float> logits, int label, Span<float> gradient)
    {
        float logSum = logits.Softmax(gradient);
        float others = ((ReadOnlySpan<float>)gradient).SumOfOthers(label);
        bool right = gradient[label] > 0.5f;
        gradient[label] = -others;
        return right ? (float)-Math.Log(1.0 - others) : logSum - logits[label];
    }
}
