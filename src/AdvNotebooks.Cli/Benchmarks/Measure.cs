namespace AdvNotebooks.Cli.Benchmarks;

/// <summary>Times of the same work, in milliseconds.</summary>
/// <param name="Median">The middle one.</param>
/// <param name="Low">A tenth are faster.</param>
/// <param name="High">A tenth are slower.</param>
internal sealed record Measure(double Median, double Low, double High)
{
    public static Measure Of(double[] milliseconds)
    {
        double[] sorted = [.. milliseconds.Order()];
        double At(double share) => sorted[(int)Math.Round(share * (sorted.Length - 1))];
        return new Measure(At(0.5), At(0.1), At(0.9));
    }
}
