namespace AdvLib;

/// <summary>
/// The 95% interval of a share that was counted: where the true share may well lie, given how many images were looked at.
/// </summary>
/// <param name="Low">Lower end, a fraction.</param>
/// <param name="High">Upper end, a fraction.</param>
public readonly record struct ConfidenceInterval(double Low, double High)
{
    // The normal distribution's 97.5th percentile.
    private const double Z = 1.959963984540054;

    /// <summary>
    /// Wilson's score interval ("Probable inference, the law of succession, and statistical
    /// inference", 1927), which stays sensible near 0 and 1.
    /// </summary>
    /// <param name="hits">How many were counted, 0 ... <paramref name="count"/>.</param>
    /// <param name="count">Of how many, at least 1.</param>
    /// <returns>The interval.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static ConfidenceInterval Of(int hits, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegative(hits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hits, count);
        double share = hits / (double)count;
        double scale = 1 / (1 + Z * Z / count);
        double middle = scale * (share + Z * Z / (2 * count));
        double half = scale * Z * Math.Sqrt(share * (1 - share) / count + Z * Z / (4.0 * count * count));
        return new ConfidenceInterval(hits == 0 ? 0 : middle - half, hits == count ? 1 : middle + half);
    }

    /// <summary>The interval as <c>95.12 to 96.44%</c>.</summary>
    /// <returns>Both ends in percent.</returns>
    public override string ToString() => FormattableString.Invariant($"{100 * Low:0.00} to {100 * High:0.00}%");
}
