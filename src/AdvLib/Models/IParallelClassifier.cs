namespace AdvLib;

/// <summary>
/// A classifier of which every rank of a job holds a copy. Each trains on its share of every batch, and what spans the batch (statistics, loss,
/// gradients) is formed over all ranks, so that the copies move as one model would that saw the whole batch, to the bit.
/// </summary>
public interface IParallelClassifier : IClassifier
{
    /// <summary>Joins the ranks; null for a model of one process.</summary>
    IGradientReducer? Reducer { get; }

    /// <summary>One training step on this rank's share of a batch, taken by all ranks at a time.</summary>
    /// <param name="images">n images: the rank's <see cref="Share"/> of the batch, which may be none.</param>
    /// <param name="labels">n labels.</param>
    /// <param name="total">Images of the whole batch, on all ranks together.</param>
    /// <param name="loss">The loss to minimise.</param>
    /// <param name="optimizer">The optimizer, in the same state on every rank.</param>
    /// <returns>Loss and number of correct images of the whole batch, the same on every rank.</returns>
    /// <exception cref="InvalidOperationException">There is no <see cref="Reducer"/>.</exception>
    /// <exception cref="NumericalFaultException">The step met NaN or infinity, on whatever rank.</exception>
    /// <exception cref="ShapeMismatchException">The spans do not fit the model or each other, or are not the rank's share.</exception>
    StepResult TrainOnShare(ReadOnlySpan<float> images, ReadOnlySpan<int> labels, int total, Loss loss, Optimizer optimizer);

    /// <summary>
    /// Shows every rank what an optimizer that trains this model remembers: between two steps a rank may know only a part of it. All ranks call it, before the
    /// first one saves. Does nothing without a reducer.
    /// </summary>
    /// <param name="optimizer">The optimizer.</param>
    void CollectMemory(Optimizer optimizer);
}
