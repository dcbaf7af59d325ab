namespace AdvLib;

/// <summary>This rank's share of the batch that all ranks train on at a time, as layers see it whose work spans the batch.</summary>
/// <param name="reducer">Joins the ranks.</param>
internal sealed class BatchShare(IGradientReducer reducer)
{
    /// <summary>Joins the ranks.</summary>
    public IGradientReducer Reducer => reducer;

    /// <summary>Images of the batch, on all ranks together.</summary>
    public int Total { get; private set; }

    /// <summary>Where this rank's images begin in it.</summary>
    public int First { get; private set; }

    /// <summary>Takes up the next batch.</summary>
    /// <param name="count">Images of this rank; none, where there are fewer images than ranks.</param>
    /// <param name="total">Images of the batch.</param>
    /// <exception cref="ShapeMismatchException">They are not this rank's share.</exception>
    public void Begin(int count, int total)
    {
        (int from, int to) = reducer.Share.Of(total);
        if (count != to - from)
            throw new ShapeMismatchException($"{count} images on {reducer.Share} of a batch of {total}.", $"{to - from}, its share.", "Give the batch source the rank's share.");
        (First, Total) = (from, total);
    }
}
