
namespace AdvLib;

/// <summary>
/// How strong the attack of each training batch is, as a share of its own epsilon or drawn from a range. By default always its own.
/// </summary>
public sealed record EpsilonSchedule
{
    /// <summary>The attack's own epsilon for every batch.</summary>
    public static EpsilonSchedule Constant { get; } = new();

    /// <summary>
    /// Batches over which epsilon grows from 0 in equal parts; 0 for none. A network that meets the full epsilon at once may learn nothing.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public int WarmUpBatches
    {
        get;
        init => field = value >= 0 ? value
            : throw new ArgumentOutOfRangeException(nameof(WarmUpBatches), value, "A number of batches, or 0 for no warm-up.");
    }

    /// <summary>
    /// When set, each batch's epsilon is a uniform draw between this and the attack's own, in pixel units of [0, 1], so that a model does
    /// not learn one strength only (Kurakin, Goodfellow and Bengio, "Adversarial machine learning at scale", 2017).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public float? Lowest
    {
        get;
        init => field = value is null or (>= 0 and < float.PositiveInfinity)
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(Lowest), value, "An epsilon must be finite and at least 0, in pixel units of [0, 1], for example 0.05.");
    }

    /// <summary>The settings, as a checkpoint keeps them.</summary>
    /// <returns>For example <c>warm-up of 2000 batches, from 0.05</c>.</returns>
    public override string ToString() => FormattableString.Invariant($"warm-up of {WarmUpBatches} batches")
        + (Lowest is { } lowest ? FormattableString.Invariant($", from {lowest}") : "");

    /// <summary>The epsilon of a batch. Draws a random number only where there is a range.</summary>
    internal float At(long batch, float epsilon, Rng rng)
    {
        float drawn = Lowest is { } lowest ? rng.NextSingle(lowest, epsilon) : epsilon;
        return batch >= WarmUpBatches - 1 ? drawn : (float)(drawn * ((batch + 1.0) / WarmUpBatches));
    }
}
