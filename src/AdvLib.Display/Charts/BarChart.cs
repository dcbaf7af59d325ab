namespace AdvLib;

/// <summary>Bars from zero, grouped by category, each with its value: accuracy per class, before and after. Immutable.</summary>
/// <example><code>
/// new BarChart("Accuracy under FGSM", ["clean", "stale", "fresh"], "accuracy") { Percent = true }
///     .Add("before", [0.9891, 0.0188, 0.0188])
///     .Add("after", [0.9906, 0.9641, 0.9470])
/// </code></example>
[TypeFormatterSource(typeof(VisualFormatters), PreferredMimeTypes = ["image/svg+xml", "text/plain"])]
public sealed record BarChart : IPicture
{
    private readonly string _title;
    private readonly string _valueLabel;
    private readonly string[] _categories;

    private (string Name, double[] Values)[] Series { get; init; } = [];

    /// <summary>Starts a chart.</summary>
    /// <param name="title">What the chart shows.</param>
    /// <param name="categories">Names of the groups, at least one.</param>
    /// <param name="valueLabel">What the bars' length means, with its unit.</param>
    /// <exception cref="DisplayDataException">There is no category.</exception>
    public BarChart(string title, IEnumerable<string> categories, string valueLabel)
    {
        (_title, _valueLabel, _categories) = (title, valueLabel, [.. categories]);
        if (_categories.Length == 0)
            throw new DisplayDataException($"Chart \"{title}\" has no categories.", "at least one.", "Name the groups of bars.");
    }

    /// <summary>Whether values are fractions to be shown as percentages.</summary>
    public bool Percent { get; init; }

    /// <summary>A copy with one more bar in each group.</summary>
    /// <param name="name">The bars' name in the legend.</param>
    /// <param name="values">One value a category.</param>
    /// <returns>The fuller chart.</returns>
    /// <exception cref="DisplayDataException">Not one value a category, or one that is not finite.</exception>
    public BarChart Add(string name, IEnumerable<double> values) =>
        this with { Series = [.. Series, (name, DisplayDataException.CheckSeries($"\"{name}\"", values, _categories.Length))] };

    /// <inheritdoc/>
    public string ToSvg()
    {
        if (Series.Length == 0)
            throw new DisplayDataException($"Chart \"{_title}\" has no bars.", "at least one series.", "Call Add(name, values) before showing it.");
        const double Plot = 250, FontSize = 10.5;
        double[] all = [.. Series.SelectMany(series => series.Values)];
        // Shares stand against the whole, 100%; nothing but zeros needs some height all the same.
        double low = Math.Min(0, all.Min()), high = Math.Max(0, all.Max());
        Axis y = Axis.Over(low, (Percent && low == 0 && high <= 1) || high == low ? 1 : high, 5, snap: true);
        (double Value, string Text)[] ticks = [.. y.Ticks().Select(tick => (tick, y.Label(tick, Percent)))];
        double x0 = Svg.Margin + 10 + ticks.Max(tick => Show.Width(tick.Text, 12));
        // Groups as wide as their labels like, within a card that still fits a page.
        double labels = all.Max(value => Show.Width(Show.Brief(value, Percent), FontSize)) + 4;
        double group = Math.Min(Math.Max(Series.Length * labels / 0.8, 130), Math.Max(40, 680.0 / _categories.Length));
        double width = Math.Max(420, x0 + (_categories.Length * group) + Svg.Margin);
        group = (width - Svg.Margin - x0) / _categories.Length;
        double bar = Math.Min(64, group * 0.8 / Series.Length);
        bool turned = labels > bar + 1;

        var svg = new Svg();
        double top = svg.Header(_title, width, [.. Series.Select(series => series.Name)],
            (i, x, at) => svg.Rect(x, at - 6, 26, 12, SeriesStyle.Of(i).Colour));
        double y1 = svg.Paragraph(Svg.Margin, top + 12, _valueLabel, width - (2 * Svg.Margin)) + 14 + (turned ? labels : 12), y0 = y1 + Plot;
        foreach ((double value, string text) in ticks)
        {
            double at = y.Map(value, y0, y1);
            svg.Line(x0, at, width - Svg.Margin, at, Svg.Rule);
            svg.Text(x0 - 8, at + 4, text, anchor: "end");
        }
        double zero = y.Map(0, y0, y1), under = y0 + 18 + (low < 0 ? turned ? labels : 12 : 0);
        int lines = 1;
        for (int c = 0; c < _categories.Length; c++)
        {
            double centre = x0 + ((c + 0.5) * group), x = centre - (bar * Series.Length / 2);
            for (int s = 0; s < Series.Length; s++, x += bar)
            {
                double value = Series[s].Values[c], end = y.Map(value, y0, y1);
                svg.Rect(x + 1, Math.Min(zero, end), Math.Max(1, bar - 2), Math.Abs(zero - end), SeriesStyle.Of(s).Colour,
                    $"{_categories[c]}, {Series[s].Name}: {Show.Value(value, Percent)}");
                // Labels turn where bars are narrow, and give way to the tips where they are thin.
                if (!turned)
                    svg.Label(x + (bar / 2), value < 0 ? end + 12 : end - 4, Show.Brief(value, Percent), FontSize, "middle");
                else if (bar >= 9)
                    svg.Label(x + (bar / 2) + 4, value < 0 ? end + 4 : end - 4, Show.Brief(value, Percent), FontSize, value < 0 ? "end" : "start", turned: true);
            }
            List<string> name = Show.Wrap(_categories[c], 12, group - 6);
            for (int i = 0; i < name.Count; i++)
                svg.Text(centre, under + (15 * i), name[i], anchor: "middle", fill: Svg.Ink);
            lines = Math.Max(lines, name.Count);
        }
        svg.Line(x0, zero, width - Svg.Margin, zero, Svg.Muted);
        return svg.Finish(width, under + (15 * lines) + 8, _title, $"Bar chart of {_valueLabel}. " + string.Join(' ', Series.Select(series =>
            $"{series.Name}: {string.Join(", ", _categories.Zip(series.Values, (name, value) => $"{name} {Show.Value(value, Percent)}"))}.")));
    }

    /// <inheritdoc/>
    public string ToHtml() => Show.InHtml(ToSvg());

    /// <summary>The numbers as plain text.</summary>
    /// <returns>The title and a table, a row a category.</returns>
    public override string ToString()
    {
        var table = new TableView($"{_title} ({_valueLabel})", ["", .. Series.Select(series => series.Name)]);
        for (int c = 0; c < _categories.Length; c++)
            table = table.Row([_categories[c], .. Series.Select(series => Show.Value(series.Values[c], Percent))]);
        return table.ToString();
    }
}
