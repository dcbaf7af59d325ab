namespace AdvLib;

/// <summary>One line of a <see cref="LineChart"/>. Its values are finite, and each list as long as <paramref name="X"/>.</summary>
/// <param name="Name">The line's name in the legend.</param>
/// <param name="X">Positions, in the order in which they are joined.</param>
/// <param name="Y">Values, one a position.</param>
/// <param name="Low">The lower edge of the band around the line; null without one.</param>
/// <param name="High">The band's upper edge; null without one.</param>
/// <param name="Images">Number of images that every value was measured on; null where it is not of images.</param>
public sealed record LineSeries(
    string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y, IReadOnlyList<double>? Low = null, IReadOnlyList<double>? High = null,
    int? Images = null)
{
    /// <summary>The value at a point, with its band when it has one.</summary>
    internal string Text(int i, bool percent) => Low is null || High is null ? Show.Value(Y[i], percent)
        : $"{Show.Value(Y[i], percent)} ({Show.Value(Low[i], percent)} to {Show.Value(High[i], percent)})";

    /// <summary>The series in a sentence, for those who cannot see the picture.</summary>
    internal string Describe(bool percent) => X.Count == 1 ? $"{Name}: {Show.Value(Y[0], percent)} at {Show.Value(X[0])}."
        : $"{Name}: {X.Count} points, "
            + $"from {Show.Value(Y[0], percent)} at {Show.Value(X[0])} to {Show.Value(Y[^1], percent)} at {Show.Value(X[^1])}; "
            + $"lowest {Show.Value(Y.Min(), percent)}, highest {Show.Value(Y.Max(), percent)}.";
}
