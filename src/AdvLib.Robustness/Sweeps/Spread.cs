namespace AdvLib;

/// <summary>The same measurement over several runs, usually with different seeds: what is a finding and what is chance.</summary>
/// <param name="Mean">Mean of the runs.</param>
/// <param name="Deviation">Standard deviation of the runs, by n - 1; 0 for a single one.</param>
/// <param name="Low">The lowest run.</param>
/// <param name="High">The highest run.</param>
/// <param name="Count">Number of runs.</param>
public readonly record struct Spread(double Mean, double Deviation, double Low, double High, int Count)
{
    /// <summary>The spread of some runs.</summary>
    /// <param name="values">What each run measured, fractions; at least one.</param>
    /// <returns>The spread.</returns>
    /// <exception cref="ArgumentException">There is no run.</exception>
    public static Spread Of(params IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count == 0)
            throw new ArgumentException("The spread of no run. Expected: at least one value. Pass what the runs measured.", nameof(values));
        double mean = values.Average();
        double squares = values.Sum(value => (value - mean) * (value - mean));
        return new Spread(mean, values.Count == 1 ? 0 : Math.Sqrt(squares / (values.Count - 1)), values.Min(), values.Max(), values.Count);
    }

    /// <summary>Mean and standard deviation as percentages.</summary>
    /// <returns>For example <c>97.06 ± 0.12%</c>.</returns>
    public override string ToString() => FormattableString.Invariant($"{100 * Mean:0.00} ± {100 * Deviation:0.00}%");
}
