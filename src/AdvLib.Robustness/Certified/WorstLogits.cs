namespace AdvLib;

/// <summary>
/// Cross-entropy of the worst logits that a training's bounds allow; its name says which training it is, for checkpoints.
/// </summary>
internal sealed class WorstLogits(CertifiedTraining settings) : Loss
{
    public override string Name => $"cross-entropy of the worst logits, {settings}";

    public override float Evaluate(ReadOnlySpan<float> logits, int label, Span<float> gradient) =>
        CrossEntropy.Evaluate(logits, label, gradient);
}
