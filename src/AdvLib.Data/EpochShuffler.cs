
namespace AdvLib;

/// <summary>
/// Batches of image numbers for training: every epoch passes once over all images, in a new order. The order depends on
/// nothing but the seed and the number of epochs before. Allocates nothing once made.
/// </summary>
public sealed class EpochShuffler : IResumable
{
    private readonly Rng _rng;
    private readonly int[] _order;
    private int _next;

    /// <summary>Creates the shuffler.</summary>
    /// <param name="count">Number of images.</param>
    /// <param name="batchSize">Images of a batch, at least 1; the last batch of an epoch may have fewer.</param>
    /// <param name="seed">The run's seed.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batchSize"/> is not positive.</exception>
    /// <exception cref="ImageSetException">There is no image, or there are fewer than a batch has.</exception>
    public EpochShuffler(int count, int batchSize, ulong seed)
    {
        SampleDrawer.CheckBatch(count, batchSize);
        _rng = new Rng(seed, RandomPurpose.Shuffle);
        _order = [.. Enumerable.Range(0, count)];
        _next = count;
        BatchSize = batchSize;
    }

    /// <summary>Images of a batch.</summary>
    public int BatchSize { get; }

    /// <summary>Number of batches that pass over all images once.</summary>
    public int BatchesPerEpoch => (_order.Length - 1) / BatchSize + 1;

    /// <summary>The next batch. The one after an epoch's last starts the next epoch with a new order.</summary>
    /// <returns>The numbers of its images, valid until the next call.</returns>
    public ReadOnlySpan<int> NextBatch()
    {
        if (_next == _order.Length)
        {
            _rng.Shuffle(_order.AsSpan());
            _next = 0;
        }

        int length = Math.Min(BatchSize, _order.Length - _next);
        _next += length;
        return _order.AsSpan(_next - length, length);
    }

    /// <summary>Keeps the running epoch's order and the place in it.</summary>
    /// <param name="state">Takes or replaces it.</param>
    /// <exception cref="CheckpointException">The state belongs to another number of images or size of batch, or is damaged.</exception>
    public void Exchange(ResumeState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Match("images", _order.Length);
        state.Match("batch size", BatchSize);
        SampleDrawer.Exchange(state, _order);
        state.Exchange("next", ref _next);
        if (_next < 0 || _next > _order.Length)
            throw state.Damaged("next");
        _rng.Exchange(state);
    }
}
