namespace AdvLib;

/// <summary>
/// Mean squared error between the one-hot label and the softmax: <c>mean_c (p[c] - onehot[c])^2</c>,
/// gradient <c>2/C p[c] ((p[c] - onehot[c]) - sum_k p[k] (p[k] - onehot[k]))</c>.
/// </summary>
internal sealed class MeanSquaredError : Loss
{
    /// <inheritdoc/>
    public override string Name => "mean squared error";

    /// <inheritdoc/>
    public override float Evaluate(ReadOnlySpan<float> logits, int label, Span<float> gradient)
    {
        logits.Softmax(gradient);
        Span<float> errors = logits.Length <= 256 ? stackalloc float[logits.Length] : new float[logits.Length];
        gradient.CopyTo(errors);
        errors[label] = -((ReadOnlySpan<float>)gradient).SumOfOthers(label);

        // e[c] - sum_k p[k] e[k] as sum_k p[k] (e[c] - e[k]): the same number, without the cancellation of a sure prediction.
        float loss = 0;
        Span<float> inner = logits.Length <= 256 ? stackalloc float[logits.Length] : new float[logits.Length];
        for (int c = 0; c < errors.Length; c++)
        {
            loss += errors[c] * errors[c];
            inner[c] = 0;
            for (int k = 0; k < errors.Length; k++)
                inner[c] += gradient[k] * (errors[c] - errors[k]);
        }

        for (int c = 0; c < gradient.Length; c++)
            gradient[c] *= 2f / gradient.Length * inner[c];
        return loss / gradient.Length;
    }
}
