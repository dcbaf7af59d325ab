namespace AdvLib;

/// <summary>A classifier that also tells how a loss changes with the pixels of its input: what FGSM and PGD need.</summary>
public interface IDifferentiableClassifier : IClassifier
{
    /// <summary>Gradient of each image's loss with respect to that image, in inference mode. Changes nothing in the model.</summary>
    /// <param name="images">n images.</param>
    /// <param name="labels">n labels, class numbers from 0.</param>
    /// <param name="loss">The loss to differentiate.</param>
    /// <param name="gradient">Receives n x <see cref="IClassifier.InputShape"/> values.</param>
    /// <param name="logits">Receives the n x <see cref="IClassifier.Classes"/> logits of the forward pass; empty when not wanted.</param>
    /// <exception cref="ShapeMismatchException">The spans do not fit the model or each other.</exception>
    /// <exception cref="ModelInUseException">Another thread trains the model.</exception>
    void InputGradient(
        ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Loss loss, Span<float> gradient, Span<float> logits = default);
}
