namespace AdvLib;

/// <summary>A classifier that can also be trained, and whose weights can be read and replaced.</summary>
public interface ITrainableClassifier : IDifferentiableClassifier
{
    /// <summary>
    /// One training step: forward in training mode (batch statistics, dropout), mean loss over the batch, backward, and one
    /// update of the weights by the optimizer.
    /// </summary>
    /// <param name="images">n images.</param>
    /// <param name="labels">n labels.</param>
    /// <param name="loss">The loss to minimise.</param>
    /// <param name="optimizer">An optimizer of the model's own engine, which keeps its state from step to step.</param>
    /// <returns>Loss and number of correct images before the update.</returns>
    /// <exception cref="ArgumentException">The optimizer is another engine's.</exception>
    /// <exception cref="NumericalFaultException">
    /// The step met NaN or infinity. Where that was before the weights moved, the model is as it was; where it has moved them, the model of
    /// an engine of AdvLib refuses every further call with this exception until its weights are set.
    /// </exception>
    /// <exception cref="ShapeMismatchException">The spans do not fit the model or each other.</exception>
    /// <exception cref="ModelInUseException">Another call uses the model, or another thread trains it.</exception>
    StepResult TrainOnBatch(ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Loss loss, IOptimizer optimizer);

    /// <summary>
    /// Keeps the model for the calling thread while it trains: until that ends, calls of other threads fail, between two steps too.
    /// </summary>
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
