using AdvLib.Numerics;

namespace AdvLib;

/// <summary>
/// The gradients of the weights, and the optimizer's step, where several ranks share the batch. Each rank moves its own rows of a large kernel,
/// and has what the optimizer remembers of those only; ranks show each other the rows once they are moved (Rajbhandari et al., "ZeRO: memory
/// optimizations toward training trillion parameter models", 2020). All move the other weights.
/// </summary>
internal sealed class SharedUpdate
{
    private readonly BatchShare _share;
    private readonly ThreadTeam _team;
    private readonly NetworkParameters _parameters;
    private readonly LinearLayer[] _layers;
    private readonly LinearLayer[] _large;
    private readonly (int From, int To)[] _moved;
    private readonly float[] _finite;

    /// <summary>Prepares.</summary>
    /// <param name="share">The rank's share of the batch.</param>
    /// <param name="team">Computes.</param>
    /// <param name="layers">The network's layers.</param>
    /// <param name="parameters">Their parameters.</param>
    public SharedUpdate(BatchShare share, ThreadTeam team, IEnumerable<Layer> layers, NetworkParameters parameters)
    {
        (_share, _team, _parameters) = (share, team, parameters);
        _layers = [.. layers.OfType<LinearLayer>()];
        _large = [.. _layers.Where(layer => layer.MovesOwnRows)];
        _finite = new float[Ranks.Share.Ranks];
        var moved = new List<(int From, int To)>();
        int at = 0;
        foreach (LinearLayer layer in _large)
        {
            Parameter kernel = layer.Kernel;
            (int from, int to) = Ranks.Share.Of(kernel.Length / layer.Units);
            moved.AddRange([(at, kernel.Offset), (kernel.Offset + from * layer.Units, kernel.Offset + to * layer.Units)]);
            at = kernel.Offset + kernel.Length;
        }

        _moved = [.. moved, (at, parameters.Trainable)];
    }

    private IGradientReducer Ranks => _share.Reducer;

    /// <summary>Gives every rank the gradients that only the last one has.</summary>
    public void ShareSums() => Array.ForEach(_layers, layer => layer.ShareSums());

    /// <summary>Moves the weights on all ranks.</summary>
    /// <param name="optimizer">Moves them.</param>
    /// <returns>Whether all are finite numbers, which all ranks agree on.</returns>
    public bool Step(Optimizer optimizer)
    {
        bool finite = optimizer.Step(_team, _parameters.Weights, _parameters.Gradients, _parameters.Trainable, _moved);
        if (_large.Length == 0)
            return finite;
        _finite[Ranks.Share.Rank] = finite ? 1 : 0;
        Ranks.Gather(_finite, 1);
        finite = !_finite.Contains(0);
        foreach (LinearLayer layer in _large)
        {
            Ranks.Gather(layer.Kernel.Values, layer.Units);

            // All ranks are to name the same fault.
            if (!finite)
                Ranks.Gather(layer.Kernel.Gradients, layer.Units);
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
                Ranks.Gather(memory.Span.Slice(layer.Kernel.Offset, layer.Kernel.Length), layer.Units);
        }
    }
}
