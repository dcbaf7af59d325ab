using System.Runtime.InteropServices;

namespace AdvLib;

/// <summary>
/// Training over the ranks of an MPI job. MPI only moves bytes: no library promises the order of
/// its own additions, so it is not asked for any.
/// </summary>
public sealed class MpiRanks : IRanks
{
    private readonly MpiJob _job;
    private readonly MpiOutbox _outbox;
    private readonly int[] _lengths;
    private readonly int[] _places;

    /// <summary>Creates the reducer.</summary>
    /// <param name="job">The job whose ranks train together.</param>
    public MpiRanks(MpiJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        _job = job;
        _outbox = new MpiOutbox(job);
        _lengths = new int[Share.Ranks];
        _places = new int[Share.Ranks];
    }

    /// <inheritdoc/>
    public Share Share => _job.Share;

    /// <summary>Bytes that this rank has received so far.</summary>
    public long Received { get; private set; }

    /// <inheritdoc/>
    public void Gather(Span<float> rows, int width)
    {
        int count = rows.Length / width;
        for (int rank = 0; rank < Share.Ranks; rank++)
        {
            (int from, int to) = new Share(rank, Share.Ranks).Of(count);
            _places[rank] = from * width * sizeof(float);
            _lengths[rank] = (to - from) * width * sizeof(float);
        }

        Span<byte> bytes = MemoryMarshal.AsBytes(rows);
        _outbox.Empty();
        _job.Gather(bytes, _lengths, _places);
        Received += bytes.Length - _lengths[Share.Rank];
    }

    /// <inheritdoc/>
    public void TakeOver(Span<float> sums)
    {
        if (Share.Rank == 0)
            return;
        _job.Receive(MemoryMarshal.AsBytes(sums), Share.Rank - 1);
        Received += sums.Length * sizeof(float);
    }

    /// <inheritdoc/>
    public void PassOn(ReadOnlySpan<float> sums)
    {
        if (Share.Rank < Share.Ranks - 1)
            _outbox.Send(MemoryMarshal.AsBytes(sums), Share.Rank + 1);
    }

    /// <inheritdoc/>
    public void Broadcast(Span<byte> bytes, int rank)
    {
        _outbox.Empty();
        _job.Broadcast(bytes, rank);
        if (rank != Share.Rank)
            Received += bytes.Length;
    }
}
