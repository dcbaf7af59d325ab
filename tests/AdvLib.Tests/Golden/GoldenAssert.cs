using System.Globalization;

namespace AdvLib.Tests;

/// <summary>Comparisons with golden values.</summary>
internal static class GoldenAssert
{
    /// <summary>No value may differ by more than a fraction of the largest golden value: errors of sums scale with what was summed.</summary>
    public static void Close(ReadOnlySpan<float> golden, ReadOnlySpan<float> actual, double tolerance, string what)
    {
        Assert.True(golden.Length == actual.Length, $"{what}: {actual.Length} values, golden has {golden.Length}.");
        double scale = 0;
        foreach (float value in golden)
            scale = Math.Max(scale, Math.Abs(value));

        (double worst, int at) = (0, 0);
        for (int i = 0; i < golden.Length; i++)
        {
            double difference = Math.Abs((double)golden[i] - actual[i]);
            if (!(difference <= worst)) // also when NaN
                (worst, at) = (double.IsNaN(difference) ? double.PositiveInfinity : difference, i);
        }

        Assert.True(worst <= tolerance * scale, string.Create(CultureInfo.InvariantCulture,
            $"{what}: value {at} is {actual[at]:g9}, golden {golden[at]:g9}; differs by {worst / scale:e1} of the largest, allowed {tolerance:e1}."));
    }
}
