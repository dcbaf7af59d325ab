namespace AdvLib;

/// <summary>One line of a chart, checked: values are finite, arrays as long as <paramref name="X"/>.</summary>
internal sealed record LineSeries(string Name, double[] X, double[] Y, double[]? Low = null, double[]? High = null)
{
    /// <summary>The value at a point, with its band when it has one.</summary>
    public string Text(int i, bool percent) => Low is null || High is null ? Show.Value(Y[i], percent)
        : $"{Show.Value(Y[i], percent)} ({Show.Value(Low[i], percent)} to {Show.Value(High[i], percent)})";

    /// <summary>The series in a sentence, for those who cannot see the picture.</summary>
    public string Describe(bool percent) => X.Length == 1 ? $"{Name}: {Show.Value(Y[0], percent)} at {Show.Value(X[0])}."
        : $"{Name}: {X.Length} points, from {Show.Value(Y[0], percent)} at {Show.Value(X[0])} to {Show.Value(Y[^1], percent)} at {Show.Value(X[^1])}; "
            + $"lowest {Show.Value(Y.Min(), percent)}, highest {Show.Value(Y.Max(), percent)}.";
}
