namespace AdvLib;

/// <summary>
/// A network of which every rank of a job holds a copy, built from the same seed. Each trains on its share of every batch, and what spans
/// the batch (statistics, loss, gradients) is formed over all ranks, so that the copies move as one network would that saw the whole batch,
/// to the bit. The network itself knows nothing of it.
/// </summary>
public sealed class RankedNetwork : INetwork, IResumable
{
    private readonly Sequential _network;
    private readonly RankedPass _pass;

    /// <summary>Joins this rank's network to those of the others.</summary>
    /// <param name="network">The network, used by nobody else while it is trained.</param>
    /// <param name="ranks">Joins the ranks.</param>
    public RankedNetwork(Sequential network, IRanks ranks)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(ranks);
        (_network, Ranks) = (network, ranks);
        _pass = new RankedPass(network, ranks);
    }

    /// <summary>The ranks.</summary>
    public IRanks Ranks { get; }

    /// <inheritdoc/>
    public Network Description => _network.Description;

    /// <inheritdoc/>
    public Shape InputShape => _network.InputShape;

    /// <inheritdoc/>
    public int Classes => _network.Classes;

    /// <inheritdoc/>
    public string Engine => _network.Engine;

    /// <inheritdoc/>
    public int Threads => _network.Threads;

    /// <inheritdoc/>
    public void Logits(ReadOnlySpan<float> images, Span<float> logits) => _network.Logits(images, logits);

    /// <inheritdoc/>
    public void InputGradient(
        ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Loss loss, Span<float> gradient, Span<float> logits = default) =>
        _network.InputGradient(images, labels, loss, gradient, logits);

    /// <summary>Refused: ranks train on shares.</summary>
    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Always.</exception>
    public StepResult TrainOnBatch(ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Loss loss, IOptimizer optimizer) =>
        throw new InvalidOperationException(
            $"A whole batch on {Ranks.Share}. Expected: this rank's share of it. Call TrainOnShare, or train by a RankedTrainer.");

    /// <summary>One training step on this rank's share of a batch, taken by all ranks at a time.</summary>
    /// <param name="images">n images: the rank's <see cref="Share"/> of the batch, which may be none.</param>
    /// <param name="labels">n labels.</param>
    /// <param name="total">Images of the whole batch, on all ranks together.</param>
    /// <param name="loss">The loss to minimise.</param>
    /// <param name="optimizer">The optimizer, in the same state on every rank.</param>
    /// <returns>Loss and number of correct images of the whole batch, the same on every rank.</returns>
    /// <exception cref="NumericalFaultException">The step met NaN or infinity, on whatever rank.</exception>
    /// <exception cref="ShapeMismatchException">The spans do not fit the model or each other, or are not the rank's share.</exception>
    public StepResult TrainOnShare(ReadOnlySpan<float> images, ReadOnlySpan<int> labels, int total, Loss loss, IOptimizer optimizer)
    {
        int count = images.IsEmpty ? 0 : ModelFit.CountToTrain(images, labels, InputShape, Classes);
        _pass.Announce(count, total);
        return _network.Train(_pass, images, labels[..count], loss, optimizer);
    }

    /// <summary>
    /// Shows every rank what an optimizer that trains this network remembers: between two steps a rank may know only a part of
    /// it. All ranks call it, before the first one saves.
    /// </summary>
    /// <param name="optimizer">The optimizer.</param>
    public void CollectMemory(IOptimizer optimizer) => _pass.CollectMemory(Optimizer.Require(optimizer));

    /// <inheritdoc/>
    public IDisposable BeginTraining() => _network.BeginTraining();

    /// <inheritdoc/>
    public IReadOnlyList<NamedTensor> GetWeights() => _network.GetWeights();

    /// <inheritdoc/>
    public void SetWeights(IReadOnlyList<NamedTensor> weights) => _network.SetWeights(weights);

    /// <inheritdoc/>
    public void Exchange(ResumeState state) => _network.Exchange(state);
}
