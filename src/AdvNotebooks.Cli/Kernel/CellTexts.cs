using System.Globalization;
using AdvNotebooks.Cli.Notebooks;

namespace AdvNotebooks.Cli.Kernel;

/// <summary>What a cell shows without C#: prose, markup, its time, and that code of another language was skipped.</summary>
internal static class CellTexts
{
    /// <summary>Shows prose or markup.</summary>
    /// <param name="part">The part.</param>
    public static void Show(TextPart part)
    {
        string html = part.Language == CellLanguage.Html ? part.Text : Markdig.Markdown.ToHtml(part.Text);
        DisplayedValue.Show(new Microsoft.AspNetCore.Html.HtmlString(html), ["text/html"]);
    }

    /// <summary>Says that code was skipped.</summary>
    /// <param name="part">The part.</param>
    public static void Skip(ForeignPart part)
        => CellOutput.Report(new StreamEvent("stdout", $"Skipped: {Place(part)} {part.Language}, and advnb runs C#.\n"));

    /// <summary>Shows how long the cell took, as .NET Interactive does.</summary>
    /// <param name="elapsed">The time.</param>
    public static void Time(TimeSpan elapsed)
        => DisplayedValue.Show(
            string.Create(CultureInfo.InvariantCulture, $"Wall time: {elapsed.TotalMilliseconds:0.###}ms"), ["text/plain"]);

    // A cell that is all in another language begins with the line that says so.
    private static string Place(ForeignPart part)
        => part.Line <= 2 ? "this cell is" : $"from line {part.Line.ToString(CultureInfo.InvariantCulture)} on this cell is";
}
