namespace AdvLib;

/// <summary>As <see cref="CountingClassifier"/>, of a model that has gradients.</summary>
internal sealed class CountingDifferentiableClassifier(IDifferentiableClassifier model)
    : CountingClassifier(model), IDifferentiableClassifier
{
    public void InputGradient(
        ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Loss loss, Span<float> gradient, Span<float> logits = default)
    {
        model.InputGradient(images, labels, loss, gradient, logits);
        Gradients += labels.Length;
        Work.Done(labels.Length, Work.GradientPasses);
    }
}
