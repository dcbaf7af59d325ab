using System.Text;

namespace AdvLib;

/// <summary>One plot of lines over shared axes, with grid, ticks and axis labels; charts put one or two on a card.</summary>
internal sealed record LinePanel(
    string XLabel, string YLabel, IReadOnlyList<LineSeries> Series, bool Percent, (double Low, double High)? YRange, bool LogX = false)
{
    /// <summary>Draws the panel into a box of the picture.</summary>
    public void Draw(Svg svg, double left, double top, double width, double height)
    {
        // The y label stands level above its axis: easier to read than turned.
        (double y0, double y1) = (top + height - 42, svg.Paragraph(left, top + 12, YLabel, width) + 14);
        Axis y = YAxis(Math.Max(2, (int)((y0 - y1) / 45)));
        (double Value, string Text)[] ticks = [.. y.Ticks().Select(tick => (tick, y.Label(tick, Percent)))];
        (double x0, double x1) = (left + 10 + ticks.Max(tick => Show.Width(tick.Text, 12)), left + width - 6);
        foreach ((double value, string text) in ticks)
        {
            double at = y.Map(value, y0, y1);
            svg.Line(x0, at, x1, at, Svg.Rule);
            svg.Text(x0 - 8, at + 4, text, anchor: "end");
        }

        double[] xs = [.. Series.SelectMany(series => series.X).Select(Along)];
        int most = Math.Max(2, (int)((x1 - x0) / 70));
        Axis x = Axis.Over(xs.Min(), xs.Max(), most, snap: false, whole: !LogX && xs.All(double.IsInteger));
        (double from, double to) = (x0 + 10, x1 - 10);
        svg.Line(x0, y0, x1, y0, Svg.Muted);
        IEnumerable<(double At, string Text)> places = LogX
            ? LogAxis.Ticks(Math.Pow(10, x.Low), Math.Pow(10, x.High), most).Select(tick => (Along(tick), Show.Value(tick)))
            : x.Ticks().Select(tick => (tick, x.Label(tick, percent: false)));
        foreach ((double place, string text) in places)
        {
            double at = x.Map(place, from, to);
            svg.Line(at, y0, at, y0 + 4, Svg.Muted);
            svg.Text(at, y0 + 18, text, anchor: "middle");
        }
        svg.Text((x0 + x1) / 2, y0 + 38, XLabel, anchor: "middle");

        // A range set by the reader may cut lines off: a nested svg clips without needing an id.
        double room = 1e-9 * (y.High - y.Low);
        bool clip = Series.Any(series => (series.Low ?? series.Y).Min() < y.Low - room || (series.High ?? series.Y).Max() > y.High + room);
        if (clip)
            svg.Open("svg", ("x", x0), ("y", y1), ("width", x1 - x0), ("height", y0 - y1),
                ("viewBox", string.Join(' ', ((double[])[x0, y1, x1 - x0, y0 - y1]).Select(Show.Coordinate))));
        for (int i = 0; i < Series.Count; i++)
            DrawBand(svg, Series[i], SeriesStyle.Of(i), v => x.Map(Along(v), from, to), v => y.Map(v, y0, y1));
        for (int i = 0; i < Series.Count; i++)
            DrawLine(svg, Series[i], SeriesStyle.Of(i), v => x.Map(Along(v), from, to), v => y.Map(v, y0, y1));
        if (clip)
            svg.Close("svg");
    }

    /// <summary>The numbers as plain text: one table when the series share their x, else one each.</summary>
    public string Table(string title)
    {
        bool shared = Series.All(series => series.X.SequenceEqual(Series[0].X));
        IEnumerable<LineSeries[]> groups = shared ? [[.. Series]] : Series.Select(series => new[] { series });
        var text = new StringBuilder();
        foreach (LineSeries[] group in groups)
        {
            var table = new TableView(text.Length == 0 ? title : "", [XLabel, .. group.Select(series => series.Name)])
            {
                Align = new string('r', group.Length + 1),
            };
            // A log is to be read: of long series every n-th point is enough.
            for (int i = 0, n = group[0].X.Count; i < n; i += (n + 39) / 40)
                table = table.Row([Show.Value(group[0].X[i]), .. group.Select(series => series.Text(i, Percent))]);
            text.Append(text.Length == 0 ? "" : "\n\n").Append(table);
        }
        return text.ToString();
    }

    private double Along(double x) => LogX ? Math.Log10(x) : x;

    private Axis YAxis(int count)
    {
        if (YRange is { } range)
            return Axis.Over(range.Low, range.High, count, snap: false);
        double low = Series.Min(series => (series.Low ?? series.Y).Min()), high = Series.Max(series => (series.High ?? series.Y).Max());
        Axis axis = Axis.Over(low, high, count, snap: true);
        // No share lies beyond 100% or below 0%: an axis that went there would only waste room.
        return Percent
            ? axis with { Low = low >= 0 ? Math.Max(0, axis.Low) : axis.Low, High = high <= 1 ? Math.Min(1, axis.High) : axis.High }
            : axis;
    }

    private static void DrawBand(Svg svg, LineSeries series, SeriesStyle style, Func<double, double> x, Func<double, double> y)
    {
        if (series.Low is not { } low || series.High is not { } high)
            return;
        IEnumerable<string> there = series.X.Zip(high, (px, py) => $"{Show.Coordinate(x(px))},{Show.Coordinate(y(py))}");
        IEnumerable<string> back = series.X.Zip(low, (px, py) => $"{Show.Coordinate(x(px))},{Show.Coordinate(y(py))}").Reverse();
        svg.Element("polygon", null, ("points", string.Join(' ', there.Concat(back))), ("fill", style.Colour), ("fill-opacity", "0.16"));
    }

    private void DrawLine(Svg svg, LineSeries series, SeriesStyle style, Func<double, double> x, Func<double, double> y)
    {
        string points = string.Join(' ', series.X.Zip(series.Y, (px, py) => $"{Show.Coordinate(x(px))},{Show.Coordinate(y(py))}"));
        svg.Element("polyline", null, ("points", points), ("fill", "none"), ("stroke", style.Colour), ("stroke-width", 2),
            ("stroke-dasharray", style.Dash), ("stroke-linejoin", "round"));
        // At most some thirty markers a line: more would hide it.
        int step = (series.X.Count + 29) / 30;
        for (int i = 0; i < series.X.Count; i += step)
            style.Mark(svg, x(series.X[i]), y(series.Y[i]), $"{series.Name}: {series.Text(i, Percent)} at {Show.Value(series.X[i])}");
    }
}
