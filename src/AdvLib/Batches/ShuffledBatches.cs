namespace AdvLib;

/// <summary>The images of a set in an order drawn anew every epoch; the last batch of an epoch holds what is left.</summary>
public sealed class ShuffledBatches : IBatchSource, IResumable
{
    private readonly ImageSet _images;
    private readonly EpochShuffler _order;
    private readonly Rng _rng;
    private readonly (int Right, int Down)[] _shifts;
    private readonly Batch _batch;

    /// <summary>Creates the source.</summary>
    /// <param name="images">The images.</param>
    /// <param name="batchSize">Images a batch, 1 to the number of images.</param>
    /// <param name="seed">Decides the orders, and how far images are moved.</param>
    public ShuffledBatches(ImageSet images, int batchSize, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(images);
        _images = images;
        _order = new EpochShuffler(images.Count, batchSize, seed);
        _rng = new Rng(seed, RandomPurpose.Sampling);
        _shifts = new (int, int)[batchSize];
        _batch = new Batch(batchSize, images.Shape.Size);
    }

    /// <inheritdoc/>
    public int BatchSize => _order.BatchSize;

    /// <summary>The part of every batch that is taken; all of it when not set. Every process of a job draws the same order.</summary>
    public Share Share { get; set; }

    /// <summary>
    /// Pixels by which an image is moved at most, each way, drawn anew every time it is taken; 0, the default, for none.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative, or as large as the images.</exception>
    public int Shift
    {
        get;
        set => field = PixelShift.Check(value, _images.Shape, nameof(Shift));
    }

    /// <summary>Batches until every image was seen once.</summary>
    public int BatchesPerEpoch => _order.BatchesPerEpoch;

    /// <inheritdoc/>
    public Batch Next()
    {
        ReadOnlySpan<int> indices = _order.NextBatch();
        _batch.Total = indices.Length;
        if (Shift > 0)
            PixelShift.Draw(_rng, Shift, _shifts.AsSpan(0, indices.Length));
        (int from, int to) = Share.Of(indices.Length);
        indices = indices[from..to];
        _batch.Count = indices.Length;
        _images.CopyImages(indices, _batch.WritableImages);
        _images.CopyLabels(indices, _batch.WritableLabels);
        int size = _images.Shape.Size;
        for (int i = 0; i < _batch.Count && Shift > 0; i++)
            PixelShift.Move(_batch.WritableImages.Slice(i * size, size), _images.Shape, _shifts[from + i].Right, _shifts[from + i].Down);
        return _batch;
    }

    /// <summary>Keeps the order of the images, the place in it, and what decides how far they are moved.</summary>
    /// <param name="state">Takes or replaces it.</param>
    /// <exception cref="CheckpointException">The state belongs to other images or another size of batch, or is damaged.</exception>
    public void Exchange(ResumeState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Match("data", _images.Fingerprint);
        _order.Exchange(state);
        state.Match("shift", Shift);
        _rng.Exchange(state.Part("shifts"));
    }
}
