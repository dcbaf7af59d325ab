using System.Globalization;

namespace AdvNotebooks.Cli.Ui;

/// <summary>Counts with their noun.</summary>
internal static class Plural
{
    /// <summary>Writes a count.</summary>
    /// <param name="count">The count.</param>
    /// <param name="one">What is counted, in the singular.</param>
    /// <returns>For example <c>1 cell</c> and <c>2 cells</c>.</returns>
    public static string Of(int count, string one) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {one}{(count == 1 ? "" : "s")}");
}
