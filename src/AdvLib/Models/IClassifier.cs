namespace AdvLib;

/// <summary>
/// A trainable image classifier as attacks, batches, training and evaluation see it. Engines implement it; everything above
/// them runs unchanged on any. Images are float32, NHWC, pixels in [0, 1]; labels are class numbers from 0.
/// Several threads may use a model at once, or one may train it: whatever does not fit fails with <see cref="ModelInUseException"/>.
/// </summary>
public interface IClassifier
{
    /// <summary>Shape of one image.</summary>
    Shape InputShape { get; }

    /// <summary>Number of classes.</summary>
    int Classes { get; }

    /// <summary>The engine and what it runs on, for tables and run cards.</summary>
    string Engine { get; }

    /// <summary>Number of threads the engine computes on.</summary>
    int Threads { get; }

    /// <summary>Outputs before the softmax, in inference mode: moving statistics, no dropout. Changes nothing in the model.</summary>
    /// <param name="images">n images, n x <see cref="InputShape"/>.</param>
    /// <param name="logits">Receives n x <see cref="Classes"/> values.</param>
    /// <exception cref="ShapeMismatchException">The spans do not fit the model or each other.</exception>
    /// <exception cref="ModelInUseException">Another thread trains the model.</exception>
    void Logits(ReadOnlySpan<float> images, Span<float> logits);

    /// <summary>
    /// Gradient of each image's loss with respect to that image, in inference mode. Changes nothing in the model.
    /// </summary>
    /// <param name="images">n images.</param>
    /// <param name="labels">n labels.</param>
    /// <param name="loss">The loss to differentiate.</param>
    /// <param name="gradient">Receives n x <see cref="InputShape"/> values.</param>
    /// <param name="logits">Receives the n x <see cref="Classes"/> logits of the forward pass; empty when not wanted.</param>
    /// <exception cref="ShapeMismatchException">The spans do not fit the model or each other.</exception>
    /// <exception cref="ModelInUseException">Another thread trains the model.</exception>
    void InputGradient(ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Loss loss, Span<float> gradient, Span<float> logits = default);

    /// <summary>
    /// One training step: forward in training mode (batch statistics, dropout), mean loss over the batch, backward, and one
    /// update of the weights by the optimizer.
    /// </summary>
    /// <param name="images">n images.</param>
    /// <param name="labels">n labels.</param>
    /// <param name="loss">The loss to minimise.</param>
    /// <param name="optimizer">The optimizer, which keeps its own state from step to step.</param>
    /// <returns>Loss and number of correct images before the update.</returns>
    /// <exception cref="NumericalFaultException">The step met NaN or infinity; the weights may hold it.</exception>
    /// <exception cref="ShapeMismatchException">The spans do not fit the model or each other.</exception>
    /// <exception cref="ModelInUseException">Another call uses the model, or another thread trains it.</exception>
    StepResult TrainOnBatch(ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Loss loss, Optimizer optimizer);

    /// <summary>Keeps the model for the calling thread while it trains: until that ends, calls of other threads fail, between two steps too.</summary>
    /// <returns>Ends it when disposed of; null on an engine that does not keep threads apart.</returns>
    /// <exception cref="ModelInUseException">Another call uses the model, or another thread trains it.</exception>
    IDisposable? BeginTraining() => null;

    /// <summary>A copy of all weights and moving statistics, in the network's order.</summary>
    /// <returns>The tensors, under Keras's names and shapes.</returns>
    IReadOnlyList<NamedTensor> GetWeights();

    /// <summary>Replaces all weights and moving statistics, or none when one does not fit.</summary>
    /// <param name="weights">Tensors as <see cref="GetWeights"/> gives them, in any order.</param>
    /// <exception cref="ShapeMismatchException">A tensor is missing, unknown or of another shape.</exception>
    void SetWeights(IReadOnlyList<NamedTensor> weights);
}
