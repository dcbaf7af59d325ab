using Microsoft.FSharp.Collections;
using Plotly.NET;
using Plotly.NET.LayoutObjects;

namespace AdvLib.Charts;

/// <summary>
/// What all charts have in common: a light card as the static pictures are, with title and legend
/// above the plot, as wide as the page allows.
/// </summary>
/// <param name="Title">What the chart shows.</param>
/// <param name="Legend">The legend's names; without any there is none.</param>
/// <param name="Width">Its largest width in pixels.</param>
/// <param name="LeastWidth">The width below which it scrolls.</param>
/// <param name="PlotHeight">Height of the plot in pixels, without title, legend and labels.</param>
internal sealed record ChartCard(string Title, IReadOnlyList<string> Legend, int Width, int LeastWidth, int PlotHeight)
{
    public const string Ink = "#1f2328";
    public const string Muted = "#57606a";
    public const string Rule = "#e1e4e8";
    public const string Alarm = "#b03a00";
    private const string Black = "#000000";
    private const string Card = "#ffffff";
    private const string Family = "'Segoe UI', Helvetica, Arial, sans-serif";

    /// <summary>The colours of the static pictures' series, without black, which is ink.</summary>
    public static IEnumerable<string> Palette { get; } =
        [.. Enumerable.Range(0, 28).Select(i => SeriesStyle.Of(i).Colour).Distinct().Where(colour => colour != Black)];

    /// <summary>Pixels above the plot that its axes need, and below it.</summary>
    public (int Above, int Below) Labels { get; init; } = (0, 58);

    /// <summary>The chart.</summary>
    /// <param name="result">What it was drawn from, for pages without scripts.</param>
    /// <param name="traces">What is drawn.</param>
    /// <param name="own">Axes and other properties of the layout.</param>
    /// <returns>A chart of Plotly.NET, to be styled on.</returns>
    public GenericChart Of(IVisual result, IReadOnlyList<Trace> traces, params ReadOnlySpan<(string Name, object? Value)> own)
    {
        int above = Above + Labels.Above;
        Layout layout = new Layout().With(
            ("title", new Title().With(("text", $"<b>{Words.Wrapped(Title, Words.TitleLine)}</b>"), ("font", Font(14, Ink)), ("x", 0),
                ("xref", "container"), ("xanchor", "left"),
                ("y", 1), ("yref", "container"), ("yanchor", "top"), ("pad", new Margin().With(("l", 16), ("t", 14))))),
            ("autosize", true), ("height", above + PlotHeight + Labels.Below),
            ("margin", new Margin().With(("l", 60), ("r", 40), ("t", above), ("b", Labels.Below))),
            ("font", Font(12, Muted)), ("paper_bgcolor", Card), ("plot_bgcolor", Card), ("hovermode", "closest"),
            ("hoverlabel", new Hoverlabel().With(("align", "left"), ("bgcolor", Card), ("font", Font(12, Ink)))),
            ("modebar",
                new ModeBar().With(("orientation", "v"), ("bgcolor", "rgba(255,255,255,0.85)"), ("color", Muted), ("activecolor", Ink))),
            ("showlegend", Legend.Count > 0),
            ("legend", Legend.Count == 0 ? null : new Legend().With(
                ("orientation", "h"), ("x", 0), ("xanchor", "left"), ("y", 1 + ((Labels.Above + 4.0) / PlotHeight)), ("yanchor", "bottom"),
                ("font", Font(12, Ink)))))
            .With(own);
        Config config = new Config().With(
            ("displaylogo", false), ("responsive", true), ("modeBarButtonsToRemove", (string[])["select2d", "lasso2d", "autoScale2d"]));
        DisplayOptions options = new StaticPicture(result, traces.Count, Width, LeastWidth).Keep();
        return GenericChart.NewMultiChart(ListModule.OfSeq(traces), layout, config, options);
    }

    /// <summary>A chart with nothing to draw, which says so.</summary>
    /// <param name="result">What has nothing to show.</param>
    /// <param name="why">Why not.</param>
    /// <returns>The chart.</returns>
    public GenericChart Empty(IVisual result, string why) => (this with { PlotHeight = 40, Labels = (0, 10) }).Of(result, [],
        ("xaxis", new LinearAxis().With(("visible", false))), ("yaxis", new LinearAxis().With(("visible", false))),
        ("annotations", (Annotation[])[new Annotation().With(
            ("text", Words.Plain(why)), ("xref", "paper"), ("yref", "paper"), ("x", 0), ("y", 0.5), ("xanchor", "left"),
            ("showarrow", false))]));

    /// <summary>A font of the chart's family.</summary>
    public static Font Font(double size, string colour) => new Font().With(("family", Family), ("size", size), ("color", colour));

    /// <summary>An axis with its title, grid and ticks.</summary>
    /// <param name="title">What runs along it, with its unit.</param>
    public static LinearAxis Axis(string title) => new LinearAxis().With(
        ("title", new Title().With(("text", Words.Wrapped(title, Words.TitleLine)), ("font", Font(12, Muted)), ("standoff", 8))),
        ("gridcolor", Rule), ("linecolor", Muted), ("zeroline", false), ("automargin", true), ("tickfont", Font(12, Muted)));

    /// <summary>An axis of names: positions 0, 1, 2, … carry them, so that two of the same name stay two.</summary>
    /// <param name="title">What the names are.</param>
    /// <param name="names">The names.</param>
    /// <param name="characters">Characters of a name's line.</param>
    public static LinearAxis Names(string title, IReadOnlyList<string> names, int characters) => Axis(title).With(
        ("tickmode", "array"), ("tickvals", Enumerable.Range(0, names.Count).ToArray()),
        ("ticktext", names.Select(name => Words.Wrapped(name, characters)).ToArray()),
        ("tickfont", Font(12, Ink)), ("showgrid", false), ("range", (double[])[-0.5, names.Count - 0.5]));

    // Plotly.js puts a legend's entries into columns as wide as the longest when one row does not hold them.
    private int Above
    {
        get
        {
            int columns = Legend.Count == 0 ? 1
                : Math.Max(1, (int)((Math.Max(LeastWidth, 340) - 80) / (48 + (6.6 * Legend.Max(name => name.Length)))));
            int rows = (Legend.Count + columns - 1) / columns;
            return 22 + (20 * Words.Lines(Title, Words.TitleLine).Count) + (21 * rows) + (rows > 0 ? 10 : 0);
        }
    }
}
