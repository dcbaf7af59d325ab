namespace AdvLib;

/// <summary>
/// Softmax over the values of each image: <c>y = exp(x) / sum exp(x)</c>. As a network's last layer it only turns logits into
/// probabilities: losses take the logits themselves, where they lose no digits.
/// </summary>
public sealed record Softmax : Layer
{
    /// <inheritdoc/>
    public override string Kind => "softmax";
}
