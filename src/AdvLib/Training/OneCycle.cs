namespace AdvLib;

/// <summary>
/// The one-cycle learning rate (Smith and Topin, "Super-convergence: very fast training of neural networks using large learning rates",
/// 2018): it rises to a peak, then falls to almost nothing at the end of the run, both along half a cosine.
/// </summary>
public sealed record OneCycle
{
    // PyTorch's: where the rate starts and ends, as parts of the peak.
    private const double Start = 1 / 25.0;
    private const double End = Start / 10_000;

    /// <summary>Creates the schedule.</summary>
    /// <param name="peak">The highest rate, positive.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="peak"/> is not positive and finite.</exception>
    public OneCycle(float peak) => Peak = peak;

    /// <summary>The highest rate.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not positive and finite.</exception>
    public float Peak
    {
        get;
        init => field = value > 0 && float.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Peak), value, "A learning rate must be positive and finite, for example 0.003.");
    }

    /// <summary>Share of the run in which the rate rises, above 0 and below 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The share is out of range.</exception>
    public double Rise
    {
        get;
        init => field = value is > 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Rise), value, "A share of the run above 0 and below 1, for example 0.3.");
    } = 0.3;

    /// <summary>The rate at a point of the run.</summary>
    /// <param name="progress">Share of the run that is done, in [0, 1].</param>
    /// <returns>The learning rate.</returns>
    public float At(double progress) => (float)(Peak * (progress < Rise
        ? Between(Start, 1, progress / Rise)
        : Between(1, End, (progress - Rise) / (1 - Rise))));

    /// <summary>Peak and rise.</summary>
    /// <returns>For example <c>one cycle to 0.003</c>.</returns>
    public override string ToString() => FormattableString.Invariant($"one cycle to {Peak:G3} in {100 * Rise:0.#}% of the run");

    private static double Between(double from, double to, double share) => to + (from - to) * (1 + Math.Cos(Math.PI * share)) / 2;
}
