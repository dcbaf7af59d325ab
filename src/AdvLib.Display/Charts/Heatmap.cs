namespace AdvLib;

/// <summary>A matrix with a value in every cell and a colour behind it: a confusion matrix, or which model's images fool which. Immutable.</summary>
/// <example><code>
/// Heatmap.Confusion("What the baseline takes them for", counts)
/// new Heatmap("Transfer", "images made from", "tested on", models, models, accuracy) { Percent = true }
/// </code></example>
[TypeFormatterSource(typeof(VisualFormatters), PreferredMimeTypes = ["image/svg+xml", "text/plain"])]
public sealed class Heatmap : IPicture
{
    private readonly string _title;
    private readonly string _rowLabel;
    private readonly string _columnLabel;
    private readonly string[] _rows;
    private readonly string[] _columns;
    private readonly double[,] _values;
    private readonly bool _confusion;

    /// <summary>Shows a matrix, shaded from its smallest value (or 0, when none is below) to its largest (or 1, for percentages).</summary>
    /// <param name="title">What the matrix shows.</param>
    /// <param name="rowLabel">What the rows are.</param>
    /// <param name="columnLabel">What the columns are.</param>
    /// <param name="rows">The rows' names, one a row of <paramref name="values"/>.</param>
    /// <param name="columns">The columns' names, one a column of <paramref name="values"/>.</param>
    /// <param name="values">The values, rows first; copied.</param>
    /// <exception cref="DisplayDataException">An empty matrix, names that do not match it, or a value that is not finite.</exception>
    public Heatmap(string title, string rowLabel, string columnLabel, IEnumerable<string> rows, IEnumerable<string> columns, double[,] values)
        : this(title, rowLabel, columnLabel, rows, columns, values, confusion: false)
    {
    }

    private Heatmap(string title, string rowLabel, string columnLabel, IEnumerable<string> rows, IEnumerable<string> columns, double[,] values, bool confusion)
    {
        _ = DisplayDataException.CheckSeries($"Matrix \"{title}\"", values.Cast<double>());
        (_title, _rowLabel, _columnLabel, _rows, _columns, _values, _confusion) = (title, rowLabel, columnLabel, [.. rows], [.. columns], (double[,])values.Clone(), confusion);
        if (_rows.Length != values.GetLength(0) || _columns.Length != values.GetLength(1))
            throw new DisplayDataException($"{_rows.Length} row and {_columns.Length} column names for a {values.GetLength(0)} x {values.GetLength(1)} matrix.", "one name for each.", "Pass the names in the matrix' own order.");
    }

    /// <summary>Whether values are fractions to be shown as percentages.</summary>
    public bool Percent { get; init; }

    /// <summary>
    /// A confusion matrix: right answers blue, wrong ones orange, each shaded by the cube root of its share of the row,
    /// so that the few wrong ones of a good model can still be seen.
    /// </summary>
    /// <param name="title">Which model on which images.</param>
    /// <param name="counts">Images by label (rows) and prediction (columns); square.</param>
    /// <param name="classes">The classes' names; 0, 1, 2, … when left out.</param>
    /// <returns>The picture.</returns>
    /// <exception cref="DisplayDataException">Not square, empty, a negative count, or names that do not match.</exception>
    public static Heatmap Confusion(string title, int[,] counts, IEnumerable<string>? classes = null)
    {
        ArgumentNullException.ThrowIfNull(counts);
        int n = counts.GetLength(0);
        if (n != counts.GetLength(1) || counts.Cast<int>().Any(count => count < 0))
            throw new DisplayDataException($"A {n} x {counts.GetLength(1)} matrix{(n == counts.GetLength(1) ? " with a negative count" : "")}.", "a square one of counts.", "Count images by label and prediction.");
        var values = new double[n, n];
        for (int i = 0; i < n * n; i++)
            values[i / n, i % n] = counts[i / n, i % n];
        string[] names = classes is null ? [.. Enumerable.Range(0, n).Select(i => Show.Value(i))] : [.. classes];
        return new Heatmap(title, "label", "prediction", names, names, values, confusion: true);
    }

    /// <inheritdoc/>
    public string ToSvg()
    {
        const double Row = 32, FontSize = 12;
        double widest = _values.Cast<double>().Max(value => Show.Width(Show.Brief(value, Percent), FontSize));
        double cell = Math.Clamp(Math.Max(widest + 12, _columns.Max(name => Show.Width(name, FontSize) + 8)), 38, 96);
        double side = Math.Min(180, _rows.Max(name => Show.Width(name, FontSize))) + 10;
        double x0 = Svg.Margin + Math.Max(side, Show.Width(_rowLabel, FontSize) + 14), width = Math.Max(360, x0 + (_columns.Length * cell) + Svg.Margin);
        var svg = new Svg();
        string[] legend = _confusion ? ["right", "wrong (darker: a larger share of the row)"] : [];
        double top = svg.Header(_title, width, legend, (i, x, y) => svg.Rect(x, y - 6, 26, 12, Hex(Shade(i, 0.75))));

        svg.Text(x0 + (_columns.Length * cell / 2), top + 14, _columnLabel, anchor: "middle");
        List<string>[] heads = [.. _columns.Select(name => Show.Wrap(name, FontSize, cell - 4))];
        double y0 = top + 24 + (15 * heads.Max(lines => lines.Count));
        for (int c = 0; c < _columns.Length; c++)
        {
            for (int i = 0; i < heads[c].Count; i++)
                svg.Text(x0 + ((c + 0.5) * cell), y0 - 8 - (15 * (heads[c].Count - 1 - i)), heads[c][i], FontSize, "middle", Svg.Ink);
        }
        svg.Text(Svg.Margin, y0 - 8, _rowLabel);
        double y = y0;
        for (int r = 0; r < _rows.Length; r++)
        {
            List<string> name = Show.Wrap(_rows[r], FontSize, 180);
            double height = Math.Max(Row, (15 * name.Count) + 6);
            for (int i = 0; i < name.Count; i++)
                svg.Text(x0 - 8, y + (height / 2) + 4 + (15 * (i - ((name.Count - 1) / 2.0))), name[i], FontSize, "end", Svg.Ink);
            for (int c = 0; c < _columns.Length; c++)
            {
                (string fill, string ink) = Colours(r, c);
                svg.Rect(x0 + (c * cell), y, cell, height, fill, $"{_rowLabel} {_rows[r]}, {_columnLabel} {_columns[c]}: {Show.Value(_values[r, c], Percent)}", "#ffffff", 1);
                svg.Text(x0 + ((c + 0.5) * cell), y + (height / 2) + 4, Show.Brief(_values[r, c], Percent), FontSize, "middle", ink);
            }
            y += height;
        }
        return svg.Finish(width, y + Svg.Margin, _title, $"Matrix of {_rowLabel} (rows) by {_columnLabel} (columns). " + string.Join(' ', _rows.Select((name, r) =>
            $"{name}: {string.Join(", ", _columns.Select((_, c) => Show.Value(_values[r, c], Percent)))}.")));
    }

    /// <inheritdoc/>
    public string ToHtml() => Show.InHtml(ToSvg());

    /// <summary>The numbers as plain text.</summary>
    /// <returns>The title and the matrix.</returns>
    public override string ToString()
    {
        var table = new TableView($"{_title} (rows: {_rowLabel}, columns: {_columnLabel})", ["", .. _columns]);
        for (int r = 0; r < _rows.Length; r++)
            table = table.Row([_rows[r], .. _columns.Select((_, c) => Show.Value(_values[r, c], Percent))]);
        return table.ToString();
    }

    private (string Fill, string Ink) Colours(int row, int column)
    {
        double strength;
        if (_confusion)
        {
            double total = Enumerable.Range(0, _columns.Length).Sum(c => _values[row, c]);
            strength = total == 0 ? 0 : Math.Cbrt(_values[row, column] / total);
        }
        else
        {
            double low = Math.Min(0, _values.Cast<double>().Min()), high = Math.Max(Percent ? 1 : low, _values.Cast<double>().Max());
            strength = high == low ? 0 : (_values[row, column] - low) / (high - low);
        }
        (int R, int G, int B) fill = Shade(_confusion && row != column ? 1 : 0, strength);
        // White or black, whichever stands out more: WCAG's contrast is then at least 4.5.
        double luminance = (0.2126 * Linear(fill.R)) + (0.7152 * Linear(fill.G)) + (0.0722 * Linear(fill.B));
        return (Hex(fill), luminance < 0.179 ? "#ffffff" : strength == 0 ? Svg.Muted : "#000000");
    }

    private static double Linear(int level) => Math.Pow(((level / 255.0) + 0.055) / 1.055, 2.4);

    /// <summary>A colour between nearly white and the dark end of blue (hue 0) or orange (hue 1).</summary>
    private static (int R, int G, int B) Shade(int hue, double strength)
    {
        (int R, int G, int B) light = (246, 248, 250), dark = hue == 0 ? (0, 68, 120) : (160, 55, 0);
        int Mix(int a, int b) => (int)Math.Round(a + ((b - a) * strength));
        return (Mix(light.R, dark.R), Mix(light.G, dark.G), Mix(light.B, dark.B));
    }

    private static string Hex((int R, int G, int B) colour) => $"#{colour.R:x2}{colour.G:x2}{colour.B:x2}";
}
