namespace AdvLib;

/// <summary>The images of a set in an order drawn anew every epoch; the last batch of an epoch holds what is left.</summary>
public sealed class ShuffledBatches : IBatchSource, IResumable
{
    private readonly ImageSet _images;
    private readonly EpochShuffler _order;
    private readonly Batch _batch;

    /// <summary>Creates the source.</summary>
    /// <param name="images">The images.</param>
    /// <param name="batchSize">Images a batch, 1 to the number of images.</param>
    /// <param name="seed">Decides the orders.</param>
    public ShuffledBatches(ImageSet images, int batchSize, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(images);
        _images = images;
        _order = new EpochShuffler(images.Count, batchSize, seed);
        _batch = new Batch(batchSize, images.Shape.Size);
    }

    /// <inheritdoc/>
    public int BatchSize => _order.BatchSize;

    /// <summary>The part of every batch that is taken; all of it when not set. Every process of a job draws the same order.</summary>
    public Share Share { get; set; }

    /// <summary>Batches until every image was seen once.</summary>
    public int BatchesPerEpoch => _order.BatchesPerEpoch;

    /// <inheritdoc/>
    public Batch Next()
    {
        ReadOnlySpan<int> indices = _order.NextBatch();
        _batch.Total = indices.Length;
        (int from, int to) = Share.Of(indices.Length);
        indices = indices[from..to];
        _batch.Count = indices.Length;
        _images.CopyImages(indices, _batch.WritableImages);
        _images.CopyLabels(indices, _batch.WritableLabels);
        return _batch;
    }

    /// <summary>Keeps the order of the images and the place in it.</summary>
    /// <param name="state">Takes or replaces it.</param>
    /// <exception cref="CheckpointException">The state belongs to other images or another size of batch, or is damaged.</exception>
    public void Exchange(ResumeState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Match("data", _images.Fingerprint);
        _order.Exchange(state);
    }
}
