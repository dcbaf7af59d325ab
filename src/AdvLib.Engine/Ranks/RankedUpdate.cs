using AdvLib.Layers;
using AdvLib.Numerics;

namespace AdvLib;

/// <summary>
/// The gradients of the weights, and the optimizer's step, where several ranks share the batch. Each rank moves its own rows of a large
/// kernel, and has what the optimizer remembers of those only; ranks show each other the rows once they are moved (Rajbhandari et al.,
/// "ZeRO: memory optimizations toward training trillion parameter models", 2020). All move the other weights.
/// </summary>
internal sealed class RankedUpdate
{
    private readonly IRanks _ranks;
    private readonly ThreadTeam _team;
    private readonly NetworkParameters _parameters;
    private readonly LinearLayer[] _large;
    private readonly (int From, int To)[] _moved;
    private readonly float[] _finite;

    /// <summary>Prepares.</summary>
    /// <param name="ranks">Joins the ranks.</param>
    /// <param name="team">Computes.</param>
    /// <param name="sums">The gradients of the network's linear layers.</param>
    /// <param name="parameters">The network's parameters.</param>
    public RankedUpdate(IRanks ranks, ThreadTeam team, IReadOnlyList<RankedSums> sums, NetworkParameters parameters)
    {
        (_ranks, _team, _parameters) = (ranks, team, parameters);
        _large = [.. sums.Where(layer => layer.MovesOwnRows).Select(layer => layer.Layer)];
        _finite = new float[ranks.Share.Ranks];
        var moved = new List<(int From, int To)>();
        int at = 0;
        foreach (LinearLayer layer in _large)
        {
            Parameter kernel = layer.Kernel;
            (int from, int to) = ranks.Share.Of(kernel.Length / layer.Units);
            moved.AddRange([(at, kernel.Offset), (kernel.Offset + from * layer.Units, kernel.Offset + to * layer.Units)]);
            at = kernel.Offset + kernel.Length;
        }

        _moved = [.. moved, (at, parameters.Trainable)];
    }

    /// <summary>Moves the weights on all ranks.</summary>
    /// <param name="optimizer">Moves them.</param>
    /// <returns>Whether all are finite numbers, which all ranks agree on.</returns>
    public bool Step(Optimizer optimizer)
    {
        bool finite = optimizer.Step(_team, _parameters.Weights, _parameters.Gradients, _parameters.Trainable, _moved);
        if (_large.Length == 0)
            return finite;
        _finite[_ranks.Share.Rank] = finite ? 1 : 0;
        _ranks.Gather(_finite, 1);
        finite = !_finite.Contains(0);
        foreach (LinearLayer layer in _large)
        {
            _ranks.Gather(layer.Kernel.Values, layer.Units);

            // All ranks are to name the same fault.
            if (!finite)
                _ranks.Gather(layer.Kernel.Gradients, layer.Units);
        }

        return finite;
    }

    /// <summary>Shows every rank what an optimizer remembers of all weights.</summary>
    /// <param name="optimizer">The optimizer.</param>
    public void Collect(Optimizer optimizer)
    {
        foreach (LinearLayer layer in _large)
        {
            foreach (AlignedBuffer memory in optimizer.Memory)
                _ranks.Gather(memory.Span.Slice(layer.Kernel.Offset, layer.Kernel.Length), layer.Units);
        }
    }
}
