using System.Diagnostics;

namespace AdvNotebooks.Benchmarks;

/// <summary>Times what ranks tell each other, waiting for each other included.</summary>
/// <param name="inner">Does it.</param>
internal sealed class TimedRanks(IRanks inner) : IRanks
{
    private long _ticks;

    /// <inheritdoc/>
    public Share Share => inner.Share;

    /// <summary>Calls so far.</summary>
    public int Calls { get; private set; }

    /// <summary>Time spent in them, in milliseconds.</summary>
    public double Milliseconds => _ticks * 1e3 / Stopwatch.Frequency;

    /// <inheritdoc/>
    public void Gather(Span<float> rows, int width)
    {
        long began = Stopwatch.GetTimestamp();
        inner.Gather(rows, width);
        Count(began);
    }

    /// <inheritdoc/>
    public void TakeOver(Span<float> sums)
    {
        long began = Stopwatch.GetTimestamp();
        inner.TakeOver(sums);
        Count(began);
    }

    /// <inheritdoc/>
    public void PassOn(ReadOnlySpan<float> sums)
    {
        long began = Stopwatch.GetTimestamp();
        inner.PassOn(sums);
        Count(began);
    }

    /// <inheritdoc/>
    public void Broadcast(Span<byte> bytes, int rank)
    {
        long began = Stopwatch.GetTimestamp();
        inner.Broadcast(bytes, rank);
        Count(began);
    }

    private void Count(long began)
    {
        _ticks += Stopwatch.GetTimestamp() - began;
        Calls++;
    }
}
