namespace AdvLib;

/// <summary>
/// Lines over a common x axis: accuracy against epsilon, for one. Series differ by colour, dash and marker; a band shows their spread,
/// over seeds for instance. Immutable: <see cref="Add(string, IEnumerable{double}, IEnumerable{double})"/> returns a longer chart.
/// </summary>
/// <example><code>
/// new LineChart("What epsilon does", "epsilon (pixel units)", "accuracy on 10,000 test images") { Percent = true, YRange = (0, 1) }
///     .Add("baseline", epsilons, before)
///     .Add("mixed batches, 5 seeds", epsilons, mean, low, high)
/// </code></example>
[TypeFormatterSource(typeof(VisualFormatters), PreferredMimeTypes = ["image/svg+xml", "text/plain"])]
public sealed record LineChart : IPicture
{
    private LineSeries[] Series { get; init; } = [];

    /// <summary>Starts a chart.</summary>
    /// <param name="title">What the chart shows.</param>
    /// <param name="xLabel">What runs along the x axis, with its unit.</param>
    /// <param name="yLabel">What runs along the y axis, with its unit.</param>
    public LineChart(string title, string xLabel, string yLabel)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(xLabel);
        ArgumentNullException.ThrowIfNull(yLabel);
        (Title, XLabel, YLabel) = (title, xLabel, yLabel);
    }

    /// <summary>What the chart shows.</summary>
    public string Title { get; }

    /// <summary>What runs along the x axis.</summary>
    public string XLabel { get; }

    /// <summary>What runs along the y axis.</summary>
    public string YLabel { get; }

    /// <summary>Whether y values are fractions to be shown as percentages.</summary>
    public bool Percent { get; init; }

    /// <summary>The ends of the y axis, in the data's unit; null lets the data decide. Lines beyond are cut off.</summary>
    /// <exception cref="DisplayDataException">The ends are not finite, or not in order.</exception>
    public (double Low, double High)? YRange
    {
        get;
        init => field = value is not { } r || (Math.Abs(r.Low) <= 1e300 && Math.Abs(r.High) <= 1e300 && r.Low < r.High) ? value
            : throw new DisplayDataException($"YRange is {Show.Value(r.Low)} to {Show.Value(r.High)}.", "finite ends, the lower one first.", "Leave it out to let the data decide.");
    }

    /// <summary>A copy with one more line.</summary>
    /// <param name="name">The line's name in the legend.</param>
    /// <param name="x">Positions, in the order in which they are joined.</param>
    /// <param name="y">Values, one a position.</param>
    /// <returns>The longer chart.</returns>
    /// <exception cref="DisplayDataException">No values, not one a position, or not finite.</exception>
    public LineChart Add(string name, IEnumerable<double> x, IEnumerable<double> y)
    {
        ArgumentNullException.ThrowIfNull(name);
        double[] xs = DisplayDataException.CheckSeries($"x of \"{name}\"", x);
        return this with { Series = [.. Series, new LineSeries(name, xs, DisplayDataException.CheckSeries($"y of \"{name}\"", y, xs.Length))] };
    }

    /// <summary>A copy with one more line and a band around it.</summary>
    /// <param name="name">The line's name in the legend; say there what the band is.</param>
    /// <param name="x">Positions, in the order in which they are joined.</param>
    /// <param name="y">Values, one a position.</param>
    /// <param name="low">The band's lower edge, one value a position.</param>
    /// <param name="high">The band's upper edge, one value a position, nowhere below <paramref name="low"/>.</param>
    /// <returns>The longer chart.</returns>
    /// <exception cref="DisplayDataException">No values, not one a position, not finite, or a band upside down.</exception>
    public LineChart Add(string name, IEnumerable<double> x, IEnumerable<double> y, IEnumerable<double> low, IEnumerable<double> high)
    {
        LineChart chart = Add(name, x, y);
        LineSeries line = chart.Series[^1];
        double[] lows = DisplayDataException.CheckSeries($"low of \"{name}\"", low, line.X.Length);
        double[] highs = DisplayDataException.CheckSeries($"high of \"{name}\"", high, line.X.Length);
        for (int i = 0; i < lows.Length; i++)
        {
            if (lows[i] > highs[i])
                throw new DisplayDataException($"The band of \"{name}\" runs from {Show.Value(lows[i])} to {Show.Value(highs[i])} at index {i}.", "low at most high.", "Exchange the two.");
        }
        return this with { Series = [.. Series, line with { Low = lows, High = highs }] };
    }

    /// <inheritdoc/>
    public string ToSvg()
    {
        const double Width = 660, Plot = 330;
        var svg = new Svg();
        LinePanel panel = Panel();
        double top = svg.Header(Title, Width, [.. Series.Select(series => series.Name)], (i, x, y) => SeriesStyle.Of(i).Key(svg, x, y));
        panel.Draw(svg, Svg.Margin, top, Width - (2 * Svg.Margin), Plot);
        return svg.Finish(Width, top + Plot + 12, Title,
            $"Line chart of {YLabel} against {XLabel}. " + string.Join(' ', Series.Select(series => series.Describe(Percent))));
    }

    /// <inheritdoc/>
    public string ToHtml() => ToSvg();

    /// <summary>The numbers as plain text.</summary>
    /// <returns>The title and a table of all points.</returns>
    public override string ToString() => Series.Length == 0 ? $"{Title} (no series)" : Panel().Table($"{Title} ({YLabel})");

    private LinePanel Panel() => Series.Length > 0 ? new LinePanel(XLabel, YLabel, Series, Percent, YRange)
        : throw new DisplayDataException($"Chart \"{Title}\" has no series.", "at least one.", "Call Add(name, x, y) before showing it.");
}
