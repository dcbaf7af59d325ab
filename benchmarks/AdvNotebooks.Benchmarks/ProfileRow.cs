namespace AdvNotebooks.Benchmarks;

/// <summary>A line of a profile.</summary>
/// <param name="Label">What was done.</param>
/// <param name="Best">Shortest time, in microseconds.</param>
/// <param name="Median">Median time, in microseconds.</param>
/// <param name="Flop">Floating-point operations of matrix products; 0 when it is none.</param>
internal sealed record ProfileRow(string Label, double Best, double Median, long Flop)
{
    /// <summary>Billions of those operations a second, at the median time.</summary>
    public double Gigaflops => Flop / (1e3 * Median);

    /// <summary>The line of some samples.</summary>
    public static ProfileRow Of(string label, double[] microseconds, long flop) => new(label, microseconds.Min(), Measure.Quantile(microseconds, 0.5), flop);
}
