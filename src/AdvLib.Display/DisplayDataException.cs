namespace AdvLib;

/// <summary>Data that cannot be shown: an empty series, a value that is no number, names that do not match the values.</summary>
public sealed class DisplayDataException : AdvLibException
{
    public DisplayDataException(string found, string expected, string remedy)
        : base(found, expected, remedy)
    {
    }

    /// <summary>Copies a series' values after checking that there are some, as many as named, and all drawable.</summary>
    internal static double[] CheckSeries(string what, IEnumerable<double> values, int? count = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        double[] copy = [.. values];
        if (copy.Length == 0)
            throw new DisplayDataException($"{what} holds no values.", "at least one.", "Add a series only when it was measured.");
        if (count is { } expected && copy.Length != expected)
            throw new DisplayDataException($"{what} holds {copy.Length} values.", $"{expected}.", "Give one value for each position.");
        // Beyond 1e300 the length of an axis would overflow.
        int bad = Array.FindIndex(copy, value => !(Math.Abs(value) <= 1e300));
        if (bad >= 0)
            throw new DisplayDataException(
                $"{what} holds {Show.Value(copy[bad])} at index {bad}.", "finite numbers.", "Leave out what was not measured.");
        return copy;
    }
}
