using Plotly.NET;
using Plotly.NET.LayoutObjects;
using Plotly.NET.TraceObjects;

namespace AdvLib.Charts;

/// <summary>Lines with their bands.</summary>
internal static class LineFigure
{
    private static readonly string[] Symbols = ["circle", "square", "triangle-up", "diamond", "triangle-down"];

    public static GenericChart Of(IVisual result, LineChart chart)
    {
        RequireLines(chart);
        return new ChartCard(chart.Title, [.. chart.Series.Select(series => series.Name)], 720, 320, 320)
            .Of(result, [.. Traces(chart, "", legend: true)], ("xaxis", X(chart)), ("yaxis", Y(chart)));
    }

    /// <summary>Two panels side by side with one legend.</summary>
    public static GenericChart Of(IVisual result, TrainingCurves curves)
    {
        string[] names = [.. curves.Loss.Series.Select(series => series.Name)];
        return new ChartCard(curves.Title, names, 860, 560, 250)
            .Of(result, [.. Traces(curves.Loss, "", legend: true), .. Traces(curves.Accuracy, "2", legend: false)],
            ("xaxis", X(curves.Loss).With(("domain", (double[])[0, 0.44]))), ("yaxis", Y(curves.Loss)),
            ("xaxis2", X(curves.Accuracy).With(("domain", (double[])[0.56, 1]), ("anchor", "y2"))),
            ("yaxis2", Y(curves.Accuracy).With(("anchor", "x2"))));
    }

    /// <summary>Refuses a chart without a line.</summary>
    public static void RequireLines(LineChart chart)
    {
        if (chart.Series.Count == 0)
            throw new DisplayDataException(
                $"Chart \"{chart.Title}\" has no series.", "at least one.", "Call Add(name, x, y) before showing it.");
    }

    /// <summary>What a pointer resting on a point shows.</summary>
    public static string Hover(LineChart chart, LineSeries series, int i)
    {
        string band = series.Low is { } low && series.High is { } high
            ? $" ({Words.Number(low[i], chart.Percent)} to {Words.Number(high[i], chart.Percent)})"
            : "";
        return $"<b>{Words.Plain(series.Name)}</b><br>{Words.Head(chart.XLabel)} {Words.Number(series.X[i])}<br>{Words.Head(chart.YLabel)} "
            + $"{Words.Number(series.Y[i], chart.Percent)}{band}{Words.OnImages(series.Images)}";
    }

    /// <summary>The outline of a band: along its upper edge and back along the lower.</summary>
    public static (double[] X, double[] Y)? Band(LineSeries series) =>
        series.Low is { } low && series.High is { } high ? ([.. series.X, .. series.X.Reverse()], [.. high, .. low.Reverse()]) : null;

    /// <summary>The style's dash as plotly.js writes it.</summary>
    public static string Dash(SeriesStyle style) =>
        style.Dash is { } dash ? string.Join(',', dash.Split(' ').Select(length => length + "px")) : "solid";

    /// <summary>The style's marker as plotly.js names it.</summary>
    public static string Symbol(SeriesStyle style) => Symbols[style.Marker];

    /// <summary>The style's colour for a band.</summary>
    public static string Shade(SeriesStyle style)
    {
        int Part(int at) => Convert.ToInt32(style.Colour.Substring(at, 2), 16);
        return $"rgba({Part(1)},{Part(3)},{Part(5)},0.16)";
    }

    /// <summary>
    /// The ticks of a logarithmic axis: 1, 2 and 5 of each decade, of more than three the 1 alone. Those of plotly.js leave out what a 2 or
    /// a 5 counts; null where they are right, on another axis or a stretch with fewer than two of these.
    /// </summary>
    public static double[]? LogTicks(LineChart chart)
    {
        double[] all = [.. chart.Series.SelectMany(series => series.X)];
        if (!chart.LogX || all.Max() < 5 * all.Min())
            return null;
        (int first, int last) = ((int)Math.Floor(Math.Log10(all.Min())), (int)Math.Ceiling(Math.Log10(all.Max())));
        int[] digits = all.Max() > 1000 * all.Min() ? [1] : [1, 2, 5];
        return [.. from power in Enumerable.Range(first, last - first + 1) from digit in digits select digit * Math.Pow(10, power)];
    }

    /// <summary>Whether positions are counts (epochs, steps), so that ticks between them mean nothing.</summary>
    public static double? Tick(LineChart chart)
    {
        double[] all = [.. chart.Series.SelectMany(series => series.X)];
        if (chart.LogX || !all.All(double.IsInteger))
            return null;
        double rough = Math.Max(1, (all.Max() - all.Min()) / 10);
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return power * ((rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 });
    }

    private static IEnumerable<Trace> Traces(LineChart chart, string axis, bool legend)
    {
        Trace On(Trace trace, LineSeries series) => trace.With(("xaxis", "x" + axis), ("yaxis", "y" + axis), ("legendgroup", series.Name));
        for (int i = 0; i < chart.Series.Count; i++)
        {
            LineSeries series = chart.Series[i];
            if (Band(series) is { } band)
            {
                yield return On(new Trace("scatter"), series)
                    .With(("x", band.X), ("y", band.Y), ("mode", "lines"), ("line", new Line().With(("width", 0))),
                    ("fill", "toself"), ("fillcolor", Shade(SeriesStyle.Of(i))), ("hoverinfo", "skip"), ("showlegend", false));
            }
        }

        for (int i = 0; i < chart.Series.Count; i++)
        {
            (LineSeries series, SeriesStyle style) = (chart.Series[i], SeriesStyle.Of(i));
            yield return On(new Trace("scatter"), series).With(
                ("name", Words.Plain(series.Name)), ("x", series.X), ("y", series.Y), ("mode", "lines+markers"), ("showlegend", legend),
                ("line", new Line().With(("color", style.Colour), ("width", 2), ("dash", Dash(style)))),
                ("marker", new Marker().With(("color", style.Colour), ("symbol", Symbol(style)), ("size", 8), ("maxdisplayed", 30),
                    ("line", new Line().With(("color", "#ffffff"), ("width", 1))))),
                ("cliponaxis", chart.YRange is not null && Fits(chart) ? false : null),
                ("text", Enumerable.Range(0, series.X.Count).Select(point => Hover(chart, series, point)).ToArray()),
                ("hoverinfo", "text"));
        }
    }

    // A marker at 100% is whole, unless the reader's range cuts lines off.
    private static bool Fits(LineChart chart) =>
        chart.Series.All(series => series.Y.All(y => y >= chart.YRange!.Value.Low && y <= chart.YRange.Value.High));

    private static LinearAxis X(LineChart chart) => ChartCard.Axis(chart.XLabel)
        .With(("ticks", "outside"), ("showline", true), ("showgrid", false), ("tick0", chart.LogX ? null : 0), ("dtick", Tick(chart)),
        ("type", chart.LogX ? "log" : null), ("tickvals", LogTicks(chart)));

    private static LinearAxis Y(LineChart chart) =>
        ChartCard.Axis(chart.YLabel).With(
            ("tickformat", chart.Percent ? ".2~%" : null), ("range", chart.YRange is { } range ? (double[])[range.Low, range.High] : null));
}
