namespace AdvLib;

/// <summary>
/// Mean squared error between the one-hot label and the softmax: <c>mean_c (p[c] - onehot[c])^2</c>,
/// gradient <c>2/C p[c] ((p[c] - onehot[c]) - sum_k p[k] (p[k] - onehot[k]))</c>.
/// </summary>
public sealed class MeanSquaredError : Loss
{
    /// <inheritdoc/>
    public override string Name => "mean squared error";

    /// <inheritdoc/>
    public override float Evaluate(ReadOnlySpan<float> logits, int label, Span<float> gradient)
    {
        SoftmaxFunction.Apply(logits, gradient);
        float loss = 0;
        float inner = 0;
        for (int c = 0; c < gradient.Length; c++)
        {
            float error = gradient[c] - (c == label ? 1 : 0);
            loss += error * error;
            inner += gradient[c] * error;
        }

        float scale = 2f / gradient.Length;
        for (int c = 0; c < gradient.Length; c++)
        {
            float error = gradient[c] - (c == label ? 1 : 0);
            gradient[c] = scale * gradient[c] * (error - inner);
        }

        return loss / gradient.Length;
    }
}
