namespace AdvLib;

/// <summary>Line charts of the same kind side by side on one card, under one title and one legend.</summary>
/// <param name="title">What they show.</param>
/// <param name="summary">The same in a sentence, for who cannot see the picture.</param>
/// <param name="charts">The charts, at least one; the first one's lines name the legend.</param>
[TypeFormatterSource(typeof(VisualFormatters), PreferredMimeTypes = ["text/html", "image/svg+xml", "text/plain"])]
public sealed class ChartRow(string title, string summary, params IReadOnlyList<LineChart> charts) : IPicture
{
    /// <inheritdoc/>
    public string ToSvg()
    {
        const double Width = 860, Height = 300, Gap = 28;
        LinePanel[] panels = [.. charts.Select(chart => chart.Panel())];
        var svg = new Svg();
        double top = svg.Header(
            title, Width, [.. panels[0].Series.Select(series => series.Name)], (i, x, y) => SeriesStyle.Of(i).Key(svg, x, y));
        double each = (Width - (2 * Svg.Margin) - (Gap * (panels.Length - 1))) / panels.Length;
        for (int i = 0; i < panels.Length; i++)
            panels[i].Draw(svg, Svg.Margin + (i * (each + Gap)), top, each, Height);
        string Describe(LinePanel panel) =>
            string.Join(' ', panel.Series.Select(series => $"{panel.YLabel}, {series.Describe(panel.Percent)}"));
        return svg.Finish(Width, top + Height + 12, title, $"{summary} {string.Join(' ', panels.Select(Describe))}");
    }

    /// <inheritdoc/>
    public string ToHtml() => PictureMarkup.InHtml(ToSvg());

    /// <summary>The charts as plain text.</summary>
    /// <returns>Their tables.</returns>
    public override string ToString() => string.Join("\n\n", charts);
}
