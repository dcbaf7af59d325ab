namespace AdvNotebooks.Benchmarks;

/// <summary>Times of the same work, in milliseconds.</summary>
/// <param name="Median">The middle one.</param>
/// <param name="Low">A tenth are faster.</param>
/// <param name="High">A tenth are slower.</param>
internal sealed record Measure(double Median, double Low, double High)
{
    public static Measure Of(double[] milliseconds) =>
        new(Quantile(milliseconds, 0.5), Quantile(milliseconds, 0.1), Quantile(milliseconds, 0.9));

    /// <summary>The value that a share of all values is below; between two values in proportion, as NumPy has it.</summary>
    public static double Quantile(IEnumerable<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
