namespace AdvLib;

/// <summary>Bars from zero, grouped by category, each with its value: accuracy per class, before and after. Immutable.</summary>
/// <example><code>
/// new BarChart("Accuracy under FGSM", ["clean", "stale", "fresh"], "accuracy") { Percent = true }
///     .Add("before", [0.9891, 0.0188, 0.0188])
///     .Add("after", [0.9906, 0.9641, 0.9470])
/// </code></example>
[TypeFormatterSource(typeof(VisualFormatters), PreferredMimeTypes = ["text/html", "image/svg+xml", "text/plain"])]
public sealed record BarChart : IPicture
{
    /// <summary>Starts a chart.</summary>
    /// <param name="title">What the chart shows.</param>
    /// <param name="categories">Names of the groups, at least one.</param>
    /// <param name="valueLabel">What the bars' length means, with its unit.</param>
    /// <exception cref="DisplayDataException">There is no category.</exception>
    public BarChart(string title, IEnumerable<string> categories, string valueLabel)
    {
        (Title, ValueLabel, Categories) = (title, valueLabel, [.. categories]);
        if (Categories.Count == 0)
            throw new DisplayDataException($"Chart \"{title}\" has no categories.", "at least one.", "Name the groups of bars.");
    }

    /// <summary>What the chart shows.</summary>
    public string Title { get; }

    /// <summary>What the bars' length means, with its unit.</summary>
    public string ValueLabel { get; }

    /// <summary>Names of the groups.</summary>
    public IReadOnlyList<string> Categories { get; }

    /// <summary>The bars by name, in the order of the legend; the colour of each is <see cref="SeriesStyle.Of"/> its place.</summary>
    public IReadOnlyList<BarSeries> Series { get; private init; } = [];

    /// <summary>Whether values are fractions to be shown as percentages.</summary>
    public bool Percent { get; init; }

    /// <summary>A copy with one more bar in each group.</summary>
    /// <param name="name">The bars' name in the legend.</param>
    /// <param name="values">One value a category.</param>
    /// <param name="images">Number of images that each value was measured on, one a category; left out where it is not of images.</param>
    /// <returns>The fuller chart.</returns>
    /// <exception cref="DisplayDataException">Not one value, or count of images, a category; or a value that is not finite.</exception>
    public BarChart Add(string name, IEnumerable<double> values, IEnumerable<int>? images = null)
    {
        double[] bars = DisplayDataException.CheckSeries($"\"{name}\"", values, Categories.Count);
        int[]? counts = images?.ToArray();
        if (counts is not null && counts.Length != bars.Length)
            throw new DisplayDataException(
                $"\"{name}\" holds {counts.Length} counts of images.", $"{bars.Length}.", "Give one count for each category.");
        return this with { Series = [.. Series, new BarSeries(name, bars, counts)] };
    }

    /// <inheritdoc/>
    public string ToSvg()
    {
        if (Series.Count == 0)
            throw new DisplayDataException(
                $"Chart \"{Title}\" has no bars.", "at least one series.", "Call Add(name, values) before showing it.");
        const double Plot = 250, FontSize = 10.5;
        double[] all = [.. Series.SelectMany(series => series.Values)];
        // Shares stand against the whole, 100%; nothing but zeros needs some height all the same.
        double low = Math.Min(0, all.Min()), high = Math.Max(0, all.Max());
        Axis y = Axis.Over(low, (Percent && low == 0 && high <= 1) || high == low ? 1 : high, 5, snap: true);
        (double Value, string Text)[] ticks = [.. y.Ticks().Select(tick => (tick, y.Label(tick, Percent)))];
        double x0 = Svg.Margin + 10 + ticks.Max(tick => Show.Width(tick.Text, 12));
        // Groups as wide as their labels like, within a card that still fits a page.
        double labels = all.Max(value => Show.Width(Show.Brief(value, Percent), FontSize)) + 4;
        double group = Math.Min(Math.Max(Series.Count * labels / 0.8, 130), Math.Max(40, 680.0 / Categories.Count));
        double width = Math.Max(420, x0 + (Categories.Count * group) + Svg.Margin);
        group = (width - Svg.Margin - x0) / Categories.Count;
        double bar = Math.Min(64, group * 0.8 / Series.Count);
        bool turned = labels > bar + 1;

        var svg = new Svg();
        double top = svg.Header(Title, width, [.. Series.Select(series => series.Name)],
            (i, x, at) => svg.Rect(x, at - 6, 26, 12, SeriesStyle.Of(i).Colour));
        double y1 = svg.Paragraph(Svg.Margin, top + 12, ValueLabel, width - (2 * Svg.Margin)) + 14 + (turned ? labels : 12), y0 = y1 + Plot;
        foreach ((double value, string text) in ticks)
        {
            double at = y.Map(value, y0, y1);
            svg.Line(x0, at, width - Svg.Margin, at, Svg.Rule);
            svg.Text(x0 - 8, at + 4, text, anchor: "end");
        }
        double zero = y.Map(0, y0, y1), under = y0 + 18 + (low < 0 ? turned ? labels : 12 : 0);
        int lines = 1;
        for (int c = 0; c < Categories.Count; c++)
        {
            double centre = x0 + ((c + 0.5) * group), x = centre - (bar * Series.Count / 2);
            for (int s = 0; s < Series.Count; s++, x += bar)
            {
                double value = Series[s].Values[c], end = y.Map(value, y0, y1);
                svg.Rect(x + 1, Math.Min(zero, end), Math.Max(1, bar - 2), Math.Abs(zero - end), SeriesStyle.Of(s).Colour,
                    $"{Categories[c]}, {Series[s].Name}: {Show.Value(value, Percent)}");
                // Labels turn where bars are narrow, and give way to the tips where they are thin.
                if (!turned)
                    svg.Label(x + (bar / 2), value < 0 ? end + 12 : end - 4, Show.Brief(value, Percent), FontSize, "middle");
                else if (bar >= 9)
                    svg.Label(x + (bar / 2) + 4, value < 0 ? end + 4 : end - 4, Show.Brief(value, Percent), FontSize,
                        value < 0 ? "end" : "start", turned: true);
            }
            List<string> name = Show.Wrap(Categories[c], 12, group - 6);
            for (int i = 0; i < name.Count; i++)
                svg.Text(centre, under + (15 * i), name[i], anchor: "middle", fill: Svg.Ink);
            lines = Math.Max(lines, name.Count);
        }
        svg.Line(x0, zero, width - Svg.Margin, zero, Svg.Muted);
        return svg.Finish(width, under + (15 * lines) + 8, Title, $"Bar chart of {ValueLabel}. " + string.Join(' ', Series.Select(series =>
            $"{series.Name}: "
                + $"{string.Join(", ", Categories.Zip(series.Values, (name, value) => $"{name} {Show.Value(value, Percent)}"))}.")));
    }

    /// <inheritdoc/>
    public string ToHtml() => PictureMarkup.InHtml(ToSvg());

    /// <summary>The numbers as plain text.</summary>
    /// <returns>The title and a table, a row a category.</returns>
    public override string ToString()
    {
        var table = new TableView($"{Title} ({ValueLabel})", ["", .. Series.Select(series => series.Name)]);
        for (int c = 0; c < Categories.Count; c++)
            table = table.Row([Categories[c], .. Series.Select(series => Show.Value(series.Values[c], Percent))]);
        return table.ToString();
    }
}
