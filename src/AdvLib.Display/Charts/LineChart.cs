namespace AdvLib;

/// <summary>
/// Lines over a common x axis: accuracy against epsilon, for one. Series differ by colour, dash and marker; a band shows their spread,
/// over seeds for instance. Immutable: <see cref="Add"/> returns a longer chart.
/// </summary>
/// <param name="Title">What the chart shows.</param>
/// <param name="XLabel">What runs along the x axis, with its unit.</param>
/// <param name="YLabel">What runs along the y axis, with its unit.</param>
/// <example><code>
/// new LineChart("What epsilon does", "epsilon (pixel units)", "accuracy on 10,000 test images") { Percent = true, YRange = (0, 1) }
///     .Add("baseline", epsilons, before)
///     .Add("mixed batches, 5 seeds", epsilons, mean, low, high)
/// </code></example>
[TypeFormatterSource(typeof(VisualFormatters), PreferredMimeTypes = ["text/html", "image/svg+xml", "text/plain"])]
public sealed record LineChart(string Title, string XLabel, string YLabel) : IPicture
{
    /// <summary>The lines, in the order of the legend; the look of each is <see cref="SeriesStyle.Of"/> its place.</summary>
    public IReadOnlyList<LineSeries> Series { get; private init; } = [];

    /// <summary>Whether y values are fractions to be shown as percentages.</summary>
    public bool Percent { get; init; }

    /// <summary>Whether every tenfold along the x axis takes the same width; positions are then above 0.</summary>
    /// <exception cref="DisplayDataException">A position is 0 or below.</exception>
    public bool LogX
    {
        get;
        init
        {
            field = value;
            foreach (LineSeries series in Series)
                CheckPositions(series.Name, series.X);
        }
    }

    /// <summary>The ends of the y axis, in the data's unit; null lets the data decide. Lines beyond are cut off.</summary>
    /// <exception cref="DisplayDataException">The ends are not finite, or not in order.</exception>
    public (double Low, double High)? YRange
    {
        get;
        init => field = value is not { } r || (Math.Abs(r.Low) <= 1e300 && Math.Abs(r.High) <= 1e300 && r.Low < r.High) ? value
            : throw new DisplayDataException($"YRange is {Show.Value(r.Low)} to {Show.Value(r.High)}.", "finite ends, the lower one first.",
                "Leave it out to let the data decide.");
    }

    /// <summary>A copy with one more line.</summary>
    /// <param name="name">The line's name in the legend; say there what its band is.</param>
    /// <param name="x">Positions, in the order in which they are joined.</param>
    /// <param name="y">Values, one a position.</param>
    /// <param name="low">The lower edge of a band around the line, one value a position; left out, there is no band.</param>
    /// <param name="high">The band's upper edge, one value a position, nowhere below <paramref name="low"/>.</param>
    /// <param name="images">Number of images that every value was measured on; left out where it is not of images.</param>
    /// <returns>The longer chart.</returns>
    /// <exception cref="DisplayDataException">No values, not one a position, not finite, a band with one edge or upside down, or a position
    /// that <see cref="LogX"/> has no place for.</exception>
    public LineChart Add(
        string name, IEnumerable<double> x, IEnumerable<double> y, IEnumerable<double>? low = null, IEnumerable<double>? high = null,
        int? images = null)
    {
        double[] xs = DisplayDataException.CheckSeries($"x of \"{name}\"", x);
        CheckPositions(name, xs);
        double[] Check(string what, IEnumerable<double> values) =>
            DisplayDataException.CheckSeries($"{what} of \"{name}\"", values, xs.Length);
        var line = new LineSeries(
            name, xs, Check("y", y), low is null ? null : Check("low", low), high is null ? null : Check("high", high), images);
        if ((line.Low is null) != (line.High is null)
            || (line.Low is not null && line.Low.Zip(line.High!).Any(edge => edge.First > edge.Second)))
            throw new DisplayDataException($"The band of \"{name}\" has one edge, or low above high.", "two edges, low at most high.",
                "Give both, the lower one first.");
        return this with { Series = [.. Series, line] };
    }

    /// <inheritdoc/>
    public string ToSvg()
    {
        const double Width = 660, Plot = 320;
        var svg = new Svg();
        LinePanel panel = Panel();
        double top = svg.Header(Title, Width, [.. Series.Select(series => series.Name)], (i, x, y) => SeriesStyle.Of(i).Key(svg, x, y));
        panel.Draw(svg, Svg.Margin, top, Width - (2 * Svg.Margin), Plot);
        return svg.Finish(Width, top + Plot + 12, Title,
            $"Line chart of {YLabel} against {XLabel}. " + string.Join(' ', Series.Select(series => series.Describe(Percent))));
    }

    /// <inheritdoc/>
    public string ToHtml() => PictureMarkup.InHtml(ToSvg());

    /// <summary>The numbers as plain text.</summary>
    /// <returns>The title and a table of the points; of very many, an even choice.</returns>
    public override string ToString() => Series.Count == 0 ? $"{Title} (no series)" : Panel().Table($"{Title} ({YLabel})");

    internal LinePanel Panel() => Series.Count > 0 ? new LinePanel(XLabel, YLabel, Series, Percent, YRange, LogX)
        : throw new DisplayDataException($"Chart \"{Title}\" has no series.", "at least one.", "Call Add(name, x, y) before showing it.");

    private void CheckPositions(string name, IReadOnlyList<double> x)
    {
        if (LogX && x.Min() <= 0)
            throw new DisplayDataException($"x of \"{name}\" goes down to {Show.Value(x.Min())} on a logarithmic axis.", "positions above 0.",
                "Leave LogX out, or that position.");
    }
}
