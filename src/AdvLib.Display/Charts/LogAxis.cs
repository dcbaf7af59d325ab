namespace AdvLib;

/// <summary>Ticks of an axis on which every tenfold takes the same width.</summary>
internal static class LogAxis
{
    private static readonly int[] Digits = [1, 2, 5];

    /// <summary>The ticks between two values: 1, 2 and 5 times powers of ten, of many decades the powers alone, of a short stretch round numbers.</summary>
    /// <param name="low">Lower end, above 0.</param>
    /// <param name="high">Upper end.</param>
    /// <param name="most">At most about so many, at least 2.</param>
    /// <returns>The ticks, from low to high.</returns>
    public static double[] Ticks(double low, double high, int most)
    {
        int[] powers = [.. Enumerable.Range((int)Math.Floor(Math.Log10(low)), (int)Math.Ceiling(Math.Log10(high / low)) + 2)];
        double[] Of(IEnumerable<int> digits, int every) =>
        [
            .. from power in powers where power % every == 0 from digit in digits select digit * Math.Pow(10, power) into tick
               where tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9) select tick,
        ];
        double[] ticks = Of(Digits, 1);
        for (int every = 1; ticks.Length > most; every++)
            ticks = Of([1], every);
        return ticks.Length >= 2 ? ticks : [.. Axis.Over(low, high, most, snap: false).Ticks()];
    }
}
