using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using XPlot.Plotly;
using Cells = XPlot.Plotly.Heatmap;
using Layout = XPlot.Plotly.Layout.Layout;

namespace AdvLib.Charts;

/// <summary>Charts of XPlot: the same lines, bars and cells under the same pointer's words as Plotly.NET's.</summary>
internal static class XPlotFigure
{
    // XPlot's charts are changed in place, so a chart stays the one that the picture belongs to.
    private static readonly ConditionalWeakTable<PlotlyChart, StaticPicture> Pictures = [];

    public static PlotlyChart Of(IVisual result, LineChart chart)
    {
        LineFigure.RequireLines(chart);
        IEnumerable<Trace> bands = chart.Series.Select((series, place) => LineFigure.Band(series) is { } band
            ? new Scatter
            {
                x = band.X,
                y = band.Y,
                mode = "lines",
                line = new Line { width = 0 },
                fill = "toself",
                fillcolor = LineFigure.Shade(SeriesStyle.Of(place)),
                hoverinfo = "skip",
                showlegend = false,
                legendgroup = series.Name
            }
            : null).OfType<Trace>();
        IEnumerable<Trace> lines = chart.Series.Select((series, place) => new Scatter
        {
            name = Words.Plain(series.Name),
            legendgroup = series.Name,
            x = series.X,
            y = series.Y,
            mode = "lines+markers",
            line = new Line { color = SeriesStyle.Of(place).Colour, width = 2, dash = LineFigure.Dash(SeriesStyle.Of(place)) },
            marker = new Marker
            {
                color = SeriesStyle.Of(place).Colour,
                symbol = LineFigure.Symbol(SeriesStyle.Of(place)),
                size = 8,
                maxdisplayed = 30
            },
            text = Enumerable.Range(0, series.X.Count).Select(point => LineFigure.Hover(chart, series, point)).ToArray(),
            hoverinfo = "text",
        });
        Xaxis x = X(chart.XLabel);
        if (LineFigure.Tick(chart) is { } tick)
            x.dtick = tick;
        if (chart.LogX)
            x.@type = "log";
        if (LineFigure.LogTicks(chart) is { } ticks)
            x.tickvals = ticks;
        Yaxis y = Y(chart.YLabel, chart.Percent);
        if (chart.YRange is { } range)
            y.range = (double[])[range.Low, range.High];
        return Chart(result, chart.Title, [.. bands, .. lines], new Layout { xaxis = x, yaxis = y, showlegend = true }, 320);
    }

    public static PlotlyChart Of(IVisual result, BarChart chart)
    {
        BarFigure.RequireBars(chart);
        int[] places = [.. Enumerable.Range(0, chart.Categories.Count)];
        Trace[] bars = [.. chart.Series.Select((series, place) => new Bars
        {
            name = Words.Plain(series.Name),
            x = places,
            y = series.Values,
            marker = new Marker { color = SeriesStyle.Of(place).Colour },
            hovertext = places.Select(group => BarFigure.Hover(chart, series, group)).ToArray(),
            hoverinfo = "text",
        })];
        Yaxis y = Y(chart.ValueLabel, chart.Percent);
        if (BarFigure.Range(chart) is { } range)
            y.range = range;
        return Chart(result, chart.Title, bars,
            new Layout { barmode = "group", showlegend = true, xaxis = Names("", chart.Categories), yaxis = y }, 280);
    }

    public static PlotlyChart Of(IVisual result, Heatmap map, Func<int, int, int>? images = null)
    {
        (double[][] shades, object[][] scale) = HeatmapFigure.Shades(map);
        var cells = new Cells
        {
            z = shades,
            zmin = 0,
            zmax = Math.Max(1, scale.Length - 1),
            colorscale = scale,
            showscale = false,
            text = HeatmapFigure.Each(map, (row, column) => HeatmapFigure.Hover(map, row, column, images)),
            hoverinfo = "text",
        };
        Xaxis x = Names(map.ColumnLabel, map.Columns);
        Yaxis y = Y(map.RowLabel, percent: false);
        (y.tickvals, y.ticktext, y.showgrid, y.range) = (Enumerable.Range(0, map.Rows.Count).ToArray(),
            map.Rows.Select(name => Words.Wrapped(name, HeatmapFigure.NameLine)).ToArray(), false, (double[])[map.Rows.Count - 0.5, -0.5]);
        Annotation[] values = [.. HeatmapFigure.Each(map, (row, column) => new Annotation
        {
            text = Words.Brief(map[row, column], map.Percent),
            x = column,
            y = row,
            showarrow = false,
            font = Font(12, map.Colours(row, column).Ink),
        }).SelectMany(row => row)];
        return Chart(result, map.Title, [cells], new Layout { xaxis = x, yaxis = y, annotations = values }, HeatmapFigure.Height(map));
    }

    /// <summary>A chart as pages show it. XPlot gives its JSON only within its script, a statement a line.</summary>
    public static ChartView View(PlotlyChart chart)
    {
        string[] lines = [.. chart.GetInlineJS().Split('\n').Select(line => line.Trim())];
        JsonNode Of(string name, JsonNode otherwise) =>
            Array.Find(lines, line => line.StartsWith($"var {name} = ", StringComparison.Ordinal)) is { } line
            ? JsonNode.Parse(line[(name.Length + 7)..].TrimEnd(';')) ?? otherwise : otherwise;
        // A chart without a layout has an empty text for one.
        JsonObject layout = Of("layout", new JsonObject()) as JsonObject ?? [];
        // Beside the plot: above it, the buttons would lie over the title.
        layout["modebar"] ??= new JsonObject { ["orientation"] = "v" };
        var figure = new JsonObject
        {
            ["data"] = Of("data", new JsonArray()),
            ["layout"] = layout,
            ["config"] = new JsonObject { ["displaylogo"] = false }
        };
        Pictures.TryGetValue(chart, out StaticPicture? picture);
        return new ChartView(Words.WithoutTags(layout["title"]?.ToString() ?? ""), figure.ToJsonString(), picture);
    }

    private static PlotlyChart Chart(IVisual result, string title, Trace[] traces, Layout layout, int plot)
    {
        int above = 34 + (20 * Words.Lines(title, Words.TitleLine).Count);
        layout.title = $"<b>{Words.Wrapped(title, Words.TitleLine)}</b>";
        layout.titlefont = Font(14, ChartCard.Ink);
        layout.font = Font(12, ChartCard.Muted);
        layout.height = above + plot + 110;
        layout.margin = new Margin { l = 76, r = 40, t = above, b = 110 };
        layout.legend = new Legend { orientation = "h", x = 0, y = -0.2, yanchor = "top" };
        (layout.paper_bgcolor, layout.plot_bgcolor, layout.hovermode) = ("#ffffff", "#ffffff", "closest");
        PlotlyChart chart = XPlot.Plotly.Chart.Plot(traces, layout);
        Pictures.Add(chart, new StaticPicture(result, traces.Length, 720, 340));
        return chart;
    }

    // XPlot's bar knows only the text that plotly.js would write on it.
    private sealed class Bars : Bar
    {
        public string[] hovertext { get; init; } = [];
    }

    private static Font Font(double size, string colour) => new() { size = size, color = colour };

    private static Xaxis X(string title) => new()
    {
        title = Words.Wrapped(title, Words.TitleLine),
        linecolor = ChartCard.Muted,
        showline = true,
        showgrid = false,
        zeroline = false
    };

    private static Yaxis Y(string title, bool percent)
    {
        var axis = new Yaxis { title = Words.Wrapped(title, Words.TitleLine), gridcolor = ChartCard.Rule, zeroline = false };
        if (percent)
            axis.tickformat = ".2~%";
        return axis;
    }

    private static Xaxis Names(string title, IReadOnlyList<string> names)
    {
        Xaxis axis = X(title);
        (axis.tickvals, axis.ticktext, axis.range) = (Enumerable.Range(0, names.Count).ToArray(),
            names.Select(name => Words.Wrapped(name, Math.Max(8, 60 / names.Count))).ToArray(), (double[])[-0.5, names.Count - 0.5]);
        return axis;
    }
}
