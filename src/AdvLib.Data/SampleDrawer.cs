
namespace AdvLib;

/// <summary>
/// Draws image numbers without replacement within a draw; every draw is independent of the ones before. Allocates nothing
/// once made, and takes time for the images drawn only (a partial Fisher-Yates shuffle of an order that is kept).
/// </summary>
public sealed class SampleDrawer : IResumable
{
    private readonly Rng _rng;
    private readonly int[] _order;

    /// <summary>Creates the drawer.</summary>
    /// <param name="count">Number of images to draw from.</param>
    /// <param name="rng">Where the random numbers come from; may be shared with what else belongs to the same batches.</param>
    /// <exception cref="ImageSetException">There is no image.</exception>
    public SampleDrawer(int count, Rng rng)
    {
        ArgumentNullException.ThrowIfNull(rng);
        CheckBatch(count, 1);
        _rng = rng;
        _order = [.. Enumerable.Range(0, count)];
    }

    /// <summary>Draws as many different image numbers as the span holds, every choice and order equally likely.</summary>
    /// <param name="destination">Receives the numbers, in 0 ... count - 1.</param>
    /// <exception cref="ImageSetException">More are wanted than there are images.</exception>
    public void Draw(Span<int> destination)
    {
        if (destination.Length > _order.Length)
            throw TooLarge(destination.Length, _order.Length);
        for (int i = 0; i < destination.Length; i++)
        {
            int j = i + _rng.NextInt32(_order.Length - i);
            (_order[i], _order[j]) = (_order[j], _order[i]);
            destination[i] = _order[i];
        }
    }

    /// <summary>Keeps the order that draws go on from; the random numbers belong to who gave them.</summary>
    /// <param name="state">Takes or replaces it.</param>
    /// <exception cref="CheckpointException">The state belongs to another number of images, or is damaged.</exception>
    public void Exchange(ResumeState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Match("images", _order.Length);
        Exchange(state, _order);
    }

    internal static void Exchange(ResumeState state, int[] order)
    {
        state.Exchange("order", order.AsSpan());
        if (order.AsSpan().ContainsAnyExceptInRange(0, order.Length - 1))
            throw state.Damaged("order");
    }

    internal static void CheckBatch(int count, int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        if (count < 1)
        {
            throw new ImageSetException(
                $"There are {count} images to draw from.", "at least one.", "Check what the image set was made from.");
        }

        if (batchSize > count)
            throw TooLarge(batchSize, count);
    }

    private static ImageSetException TooLarge(int batchSize, int count) => new(
        $"A batch of {batchSize} images was asked of a set of {count}.", $"a batch of at most {count}.",
        "Take a smaller batch or a larger set.");
}
