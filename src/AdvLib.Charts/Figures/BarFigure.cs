using Plotly.NET;
using Plotly.NET.TraceObjects;

namespace AdvLib.Charts;

/// <summary>Bars in groups.</summary>
internal static class BarFigure
{
    // More would turn their labels too small to read; the pointer tells them.
    private const int MostLabels = 14;

    public static GenericChart Of(IVisual result, BarChart chart)
    {
        RequireBars(chart);
        int groups = chart.Categories.Count;
        Trace[] traces = [.. chart.Series.Select((series, place) => new Trace("bar").With(
            ("name", Words.Plain(series.Name)), ("x", Enumerable.Range(0, groups).ToArray()), ("y", series.Values),
            ("marker", new Marker().With(("color", SeriesStyle.Of(place).Colour))),
            ("text", Labelled(chart) ? series.Values.Select(value => Words.Brief(value, chart.Percent)).ToArray() : null),
            ("textposition", Labelled(chart) ? "outside" : null),
            ("textangle", 0), ("textfont", ChartCard.Font(11, ChartCard.Ink)), ("cliponaxis", false),
            ("hovertext", Enumerable.Range(0, groups).Select(group => Hover(chart, series, group)).ToArray()), ("hoverinfo", "text")))];
        int most = Math.Clamp(groups * 70, 480, 760);
        int least = Labelled(chart) ? Math.Max(320, 100 + (42 * groups * chart.Series.Count)) : 320;
        var card = new ChartCard(chart.Title, [.. chart.Series.Select(series => series.Name)], most, least, 280)
        {
            Labels = (Labelled(chart) ? 14 : 0, 50),
        };
        return card.Of(result, traces,
            ("barmode", "group"), ("bargap", 0.2), ("xaxis", ChartCard.Names("", chart.Categories, Math.Max(8, 60 / groups))),
            ("yaxis", ChartCard.Axis(chart.ValueLabel).With(("tickformat", chart.Percent ? ".2~%" : null), ("zeroline", true),
                ("zerolinecolor", ChartCard.Muted), ("range", Range(chart)))));
    }

    /// <summary>Refuses a chart without bars.</summary>
    public static void RequireBars(BarChart chart)
    {
        if (chart.Series.Count == 0)
            throw new DisplayDataException(
                $"Chart \"{chart.Title}\" has no bars.", "at least one series.", "Call Add(name, values) before showing it.");
    }

    /// <summary>What a pointer resting on a bar shows.</summary>
    public static string Hover(BarChart chart, BarSeries series, int group) =>
        $"<b>{Words.Plain(series.Name)}</b><br>{Words.Plain(chart.Categories[group])}<br>{Words.Head(chart.ValueLabel)} "
            + $"{Words.Number(series.Values[group], chart.Percent)}{Words.OnImages(series.Images?[group])}";

    /// <summary>Shares stand against the whole, 100%; what goes beyond decides for itself.</summary>
    public static double[]? Range(BarChart chart) =>
        chart.Percent && chart.Series.All(series => series.Values.All(value => value is >= 0 and <= 1)) ? [0, 1] : null;

    private static bool Labelled(BarChart chart) => chart.Series.Count * chart.Categories.Count <= MostLabels;
}
