using System.Runtime.InteropServices;
using AdvLib.Layers;
using AdvLib.Numerics;

namespace AdvLib;

/// <summary>
/// The gradients of a linear layer's kernel and bias over the images of all ranks. Every element is one chain of additions over the batch's
/// rows, as in one process: a rank goes on where the one before has stopped. Where the batch is small against a large dense kernel, each
/// rank makes rows of its own instead, over all images, whose inputs and output gradients the ranks then show each other.
/// </summary>
/// <param name="layer">The layer.</param>
/// <param name="ranks">Joins the ranks.</param>
/// <param name="team">Computes.</param>
internal sealed unsafe class RankedSums(LinearLayer layer, IRanks ranks, ThreadTeam team)
{
    // Parts of a kernel that travel from rank to rank: while one rank works on a part, the next one works on the part before. Each reads
    // all output gradients again, so few ranks want few, two a rank; and fewer than these many values are not worth a message.
    private const int MostParts = 16;
    private const int PartValues = 1024;

    // Weights from which on ranks share a kernel's step.
    private const int LargeKernel = 1 << 16;

    private int _total;

    /// <summary>The layer.</summary>
    public LinearLayer Layer => layer;

    /// <summary>Whether each rank moves its own rows of the kernel only.</summary>
    public bool MovesOwnRows => layer.Kernel.Length >= LargeKernel;

    /// <summary>Whether it also makes the gradient of those rows alone; where not, it makes all rows over its own images.</summary>
    public bool OfOwnRows => MovesOwnRows && layer is DenseLayer && _total <= layer.Kernel.Length / (layer.PatchSize + layer.Units);

    /// <summary>Begins a step on images that stand among those of all ranks.</summary>
    public void Begin(int first, int total)
    {
        _total = total;
        if (!OfOwnRows)
            return;
        layer.Input.Embed(first, total);
        layer.Output.Embed(first, total);
    }

    /// <summary>Forms the sums over this rank's images, after those of the ranks before.</summary>
    /// <param name="batch">The rank's images; there may be none.</param>
    public void Form(int batch)
    {
        if (OfOwnRows)
            FormOwnRows((DenseLayer)layer);
        else
            FormInTurn(batch);
        layer.Probe?.Done(StepPart.WeightGradient, layer);
    }

    /// <summary>Gives all ranks the sums that only the last one has. Does nothing where each rank makes rows of its own.</summary>
    public void Share()
    {
        if (!OfOwnRows)
            ranks.Broadcast(MemoryMarshal.AsBytes(From(row: 0)), ranks.Share.Ranks - 1);
    }

    private void FormOwnRows(DenseLayer dense)
    {
        ranks.Gather(dense.Input.Values.All, dense.PatchSize);
        ranks.Gather(dense.Output.Gradients.All, dense.Units);
        (int from, int to) = ranks.Share.Of(dense.PatchSize);
        dense.SumRowsOfAll(team, from, to, _total);
    }

    private void FormInTurn(int batch)
    {
        if (ranks.Share.Rank == 0)
            From(row: 0).Clear();
        int most = Math.Min(MostParts, 2 * ranks.Share.Ranks);
        int parts = Math.Clamp(layer.Kernel.Length / PartValues, 1, Math.Min(most, layer.PatchSize));
        for (int part = 0; part < parts; part++)
        {
            (int from, int to) = new Share(part, parts).Of(layer.PatchSize);
            bool last = part == parts - 1;

            // The bias travels with the last rows.
            Span<float> sums = last ? From(from) : layer.Kernel.Gradients[(from * layer.Units)..(to * layer.Units)];
            ranks.TakeOver(sums);
            layer.AddToKernel(team, batch, from, to);
            if (last)
                layer.AddToBias(batch);
            ranks.PassOn(sums);
        }
    }

    // The kernel's gradients from a row on, and the bias's, which stand behind them.
    private Span<float> From(int row)
    {
        float* start = layer.Kernel.Gradient + (nint)row * layer.Units;
        return new Span<float>(start, (int)(layer.Bias.Gradient + layer.Units - start));
    }
}
