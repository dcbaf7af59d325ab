using AdvLib.Layers;

namespace AdvLib;

/// <summary>
/// A training step on this rank's share of a batch: what spans the batch is formed over all ranks, as one process would form it.
/// </summary>
internal sealed class RankedPass : TrainingPass
{
    private readonly IRanks _ranks;
    private readonly RankedLoss _loss;
    private readonly RankedUpdate _update;
    private readonly Dictionary<LinearLayer, RankedSums> _sums;
    private int _first;
    private int _total;

    public RankedPass(Sequential network, IRanks ranks)
        : base(network.Team, network.Parameters)
    {
        _ranks = ranks;
        _loss = new RankedLoss(ranks, network.Classes);
        _sums = network.Layers.OfType<LinearLayer>().ToDictionary(layer => layer, layer => new RankedSums(layer, ranks, Team));
        _update = new RankedUpdate(ranks, Team, [.. _sums.Values], Parameters);
    }

    /// <summary>Says which batch comes next.</summary>
    /// <param name="count">Images of this rank; none, where there are fewer images than ranks.</param>
    /// <param name="total">Images of the batch.</param>
    /// <exception cref="ShapeMismatchException">They are not this rank's share.</exception>
    public void Announce(int count, int total)
    {
        (int from, int to) = _ranks.Share.Of(total);
        if (count != to - from)
        {
            throw new ShapeMismatchException(
                $"{count} images on {_ranks.Share} of a batch of {total}.", $"{to - from}, its share.",
                "Give the batch source the rank's share.");
        }

        (_first, _total) = (from, total);
    }

    /// <summary>Shows every rank what an optimizer remembers of all weights.</summary>
    public void CollectMemory(Optimizer optimizer) => _update.Collect(optimizer);

    public override void Begin(ReadOnlySpan<EngineLayer> layers)
    {
        foreach (EngineLayer layer in layers)
        {
            if (layer is BatchNormLayer norm)
                norm.Statistics.Embed(_first, _total);
            else if (layer is LinearLayer linear)
                _sums[linear].Begin(_first, _total);
        }
    }

    public override void Forward(EngineLayer layer, int batch)
    {
        switch (layer)
        {
            case BatchNormLayer norm:
                norm.MeasureInputs(Team, batch);
                _ranks.Gather(norm.Statistics.All, norm.Statistics.Width);
                norm.NormalizeBy(Team, batch, _total);
                break;
            case DropoutLayer dropout:
                // Every rank draws the whole batch's masks, as one process would, and uses those of its images.
                dropout.ForwardAmong(Team, batch, _first, _total);
                break;
            default:
                base.Forward(layer, batch);
                break;
        }
    }

    public override StepResult Differentiate(Loss loss, ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, Span<float> gradients) =>
        _loss.Differentiate(loss, logits, labels, gradients, _first, _total);

    public override void Backward(EngineLayer layer, int batch, bool inputGradient)
    {
        switch (layer)
        {
            case BatchNormLayer norm:
                norm.MeasureOutputGradients(Team, batch);
                _ranks.Gather(norm.Statistics.All, norm.Statistics.Width);
                norm.BackwardBy(Team, batch, _total, inputGradient);
                break;
            case LinearLayer linear:
                Backward(linear, _sums[linear], batch, inputGradient);
                break;
            default:
                base.Backward(layer, batch, inputGradient);
                break;
        }
    }

    public override bool Update(Optimizer optimizer)
    {
        foreach (RankedSums sums in _sums.Values)
            sums.Share();
        return _update.Step(optimizer);
    }

    // The ranks behind the first one wait for its sums, and have the input gradient to compute until they come.
    private void Backward(LinearLayer layer, RankedSums sums, int batch, bool inputGradient)
    {
        bool waits = _ranks.Share.Rank > 0 && !sums.OfOwnRows;
        if (!waits)
            sums.Form(batch);
        if (inputGradient)
            layer.BackwardInputs(Team, batch);
        if (waits)
            sums.Form(batch);
    }
}
