using System.Diagnostics;

namespace AdvNotebooks.Benchmarks;

/// <summary>The first of many simulated ranks: it computes its own part, and takes what the others would tell from its own images. Shows what a rank computes in a job that this machine cannot hold.</summary>
/// <param name="ranks">Number of ranks.</param>
internal sealed class SimulatedRanks(int ranks) : IRanks
{
    private long _began;
    private long _ticks;

    /// <inheritdoc/>
    public Share Share { get; } = new(0, ranks);

    /// <summary>Milliseconds between taking sums over and passing them on: what the ranks do one after the other.</summary>
    public double ChainMilliseconds => _ticks * 1e3 / Stopwatch.Frequency;

    /// <inheritdoc/>
    public void Gather(Span<float> rows, int width)
    {
        int own = Math.Max(1, Share.Of(rows.Length / width).To) * width;
        for (int at = own; at < rows.Length; at += own)
            rows[..Math.Min(own, rows.Length - at)].CopyTo(rows[at..]);
    }

    /// <inheritdoc/>
    public void TakeOver(Span<float> sums) => _began = Stopwatch.GetTimestamp();

    /// <inheritdoc/>
    public void PassOn(ReadOnlySpan<float> sums) => _ticks += Stopwatch.GetTimestamp() - _began;

    /// <inheritdoc/>
    public void Broadcast(Span<byte> bytes, int rank)
    {
    }
}
