using AdvLib.Numerics;

namespace AdvLib;

/// <summary>The weights' gradients of a batch that several ranks share, with the bits of one process.</summary>
/// <param name="share">The rank's share of the batch.</param>
/// <param name="team">Computes.</param>
/// <param name="layers">The network's layers.</param>
internal sealed class SharedGradients(BatchShare share, ThreadTeam team, IEnumerable<Layer> layers)
{
    private readonly LinearLayer[] _layers = [.. layers.OfType<LinearLayer>().Reverse()];

    /// <summary>Sums what the layers' backward passes have left to sum, and gives it to all ranks.</summary>
    /// <param name="batch">The rank's images.</param>
    public void Sum(int batch)
    {
        foreach (LinearLayer layer in _layers)
        {
            if (layer.SumsOwnRows(share.Total))
                layer.ShowRows(share, batch);
        }

        // The first rank begins the chains, and the others have something else to do until it has come to the end of a part.
        bool first = share.Reducer.Share.Rank == 0;
        if (first)
            SumThroughRanks(batch);
        foreach (LinearLayer layer in _layers)
        {
            if (layer.SumsOwnRows(share.Total))
                layer.SumOwnRows(team, share);
        }

        if (!first)
            SumThroughRanks(batch);
        foreach (LinearLayer layer in _layers)
        {
            if (layer.SumsOwnRows(share.Total))
                layer.ShowSums(share);
            else
                layer.ShareSums(share);
        }
    }

    private void SumThroughRanks(int batch)
    {
        foreach (LinearLayer layer in _layers)
        {
            if (!layer.SumsOwnRows(share.Total))
                layer.SumThroughRanks(team, share, batch);
        }
    }
}
