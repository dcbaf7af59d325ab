namespace AdvLib;

/// <summary>
/// A matrix with a value in every cell and a colour behind it: a confusion matrix, or which model's images fool which. Immutable.
/// </summary>
/// <example><code>
/// Heatmap.Confusion("What the baseline takes them for", counts)
/// new Heatmap("Transfer", "images made from", "tested on", models, models, accuracy) { Percent = true }
/// </code></example>
[TypeFormatterSource(typeof(VisualFormatters), PreferredMimeTypes = ["text/html", "image/svg+xml", "text/plain"])]
public sealed class Heatmap : IPicture
{
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
    public Heatmap(
        string title, string rowLabel, string columnLabel, IEnumerable<string> rows, IEnumerable<string> columns, double[,] values)
        : this(title, rowLabel, columnLabel, rows, columns, values, confusion: false)
    {
    }

    private Heatmap(string title, string rowLabel, string columnLabel, IEnumerable<string> rows, IEnumerable<string> columns,
        double[,] values, bool confusion)
    {
        _ = DisplayDataException.CheckSeries($"Matrix \"{title}\"", values.Cast<double>());
        (Title, RowLabel, ColumnLabel, Rows, Columns, _values, _confusion) =
            (title, rowLabel, columnLabel, [.. rows], [.. columns], (double[,])values.Clone(), confusion);
        if (Rows.Count != values.GetLength(0) || Columns.Count != values.GetLength(1))
            throw new DisplayDataException(
                $"{Rows.Count} row and {Columns.Count} column names for a {values.GetLength(0)} x {values.GetLength(1)} matrix.",
                "one name for each.", "Pass the names in the matrix' own order.");
    }

    /// <summary>What the matrix shows.</summary>
    public string Title { get; }

    /// <summary>What the rows are.</summary>
    public string RowLabel { get; }

    /// <summary>What the columns are.</summary>
    public string ColumnLabel { get; }

    /// <summary>The rows' names.</summary>
    public IReadOnlyList<string> Rows { get; }

    /// <summary>The columns' names.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The value of a cell.</summary>
    /// <param name="row">Place of the row.</param>
    /// <param name="column">Place of the column.</param>
    /// <returns>The value.</returns>
    public double this[int row, int column] => _values[row, column];

    /// <summary>
    /// What the hues of a confusion matrix mean, with a colour (<c>#rrggbb</c>) of each; empty for any other matrix, which has one hue.
    /// </summary>
    public IReadOnlyList<(string Name, string Colour)> Legend =>
        _confusion ? [("right", Hex(Shade(0, 0.75))), ("wrong (darker: a larger share of the row)", Hex(Shade(1, 0.75)))] : [];

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
            throw new DisplayDataException(
                $"A {n} x {counts.GetLength(1)} matrix{(n == counts.GetLength(1) ? " with a negative count" : "")}.",
                "a square one of counts.", "Count images by label and prediction.");
        var values = new double[n, n];
        for (int i = 0; i < n * n; i++)
            values[i / n, i % n] = counts[i / n, i % n];
        string[] names = classes is null ? [.. Enumerable.Range(0, n).Select(i => Show.Value(i))] : [.. classes];
        return new Heatmap(title, "label", "prediction", names, names, values, confusion: true);
    }

    // On a cell, whose colour does not follow the page's.
    private const string Faint = "#656d76";

    /// <inheritdoc/>
    public string ToSvg()
    {
        const double Row = 32, FontSize = 12;
        double widest = _values.Cast<double>().Max(value => Show.Width(Show.Brief(value, Percent), FontSize));
        double cell = Math.Clamp(Math.Max(widest + 12, Columns.Max(name => Show.Width(name, FontSize) + 8)), 38, 96);
        double side = Math.Min(180, Rows.Max(name => Show.Width(name, FontSize))) + 10;
        double x0 = Svg.Margin + Math.Max(side, Show.Width(RowLabel, FontSize) + 14);
        double width = Math.Max(360, x0 + (Columns.Count * cell) + Svg.Margin);
        var svg = new Svg();
        double top = svg.Header(
            Title, width, [.. Legend.Select(key => key.Name)], (i, x, y) => svg.Rect(x, y - 6, 26, 12, Legend[i].Colour));

        svg.Text(x0 + (Columns.Count * cell / 2), top + 14, ColumnLabel, anchor: "middle");
        List<string>[] heads = [.. Columns.Select(name => Show.Wrap(name, FontSize, cell - 4))];
        double y0 = top + 24 + (15 * heads.Max(lines => lines.Count));
        for (int c = 0; c < Columns.Count; c++)
        {
            for (int i = 0; i < heads[c].Count; i++)
                svg.Text(x0 + ((c + 0.5) * cell), y0 - 8 - (15 * (heads[c].Count - 1 - i)), heads[c][i], FontSize, "middle", Svg.Ink);
        }
        svg.Text(Svg.Margin, y0 - 8, RowLabel);
        double y = y0;
        for (int r = 0; r < Rows.Count; r++)
        {
            List<string> name = Show.Wrap(Rows[r], FontSize, 180);
            double height = Math.Max(Row, (15 * name.Count) + 6);
            for (int i = 0; i < name.Count; i++)
                svg.Text(x0 - 8, y + (height / 2) + 4 + (15 * (i - ((name.Count - 1) / 2.0))), name[i], FontSize, "end", Svg.Ink);
            for (int c = 0; c < Columns.Count; c++)
            {
                (string fill, string ink) = Colours(r, c);
                svg.Rect(x0 + (c * cell), y, cell, height, fill,
                    $"{RowLabel} {Rows[r]}, {ColumnLabel} {Columns[c]}: {Show.Value(_values[r, c], Percent)}", "#ffffff", 1);
                svg.Text(x0 + ((c + 0.5) * cell), y + (height / 2) + 4, Show.Brief(_values[r, c], Percent), FontSize, "middle", ink);
            }
            y += height;
        }
        return svg.Finish(width, y + Svg.Margin, Title,
            $"Matrix of {RowLabel} (rows) by {ColumnLabel} (columns). " + string.Join(' ', Rows.Select((name, r) =>
            $"{name}: {string.Join(", ", Columns.Select((_, c) => Show.Value(_values[r, c], Percent)))}.")));
    }

    /// <inheritdoc/>
    public string ToHtml() => PictureMarkup.InHtml(ToSvg());

    /// <summary>The numbers as plain text.</summary>
    /// <returns>The title and the matrix.</returns>
    public override string ToString()
    {
        var table = new TableView($"{Title} (rows: {RowLabel}, columns: {ColumnLabel})", ["", .. Columns]);
        for (int r = 0; r < Rows.Count; r++)
            table = table.Row([Rows[r], .. Columns.Select((_, c) => Show.Value(_values[r, c], Percent))]);
        return table.ToString();
    }

    /// <summary>
    /// The colours of a cell: a shade for its value, and the ink that can be read on it, by WCAG's contrast of at least 4.5.
    /// </summary>
    /// <param name="row">Place of the row.</param>
    /// <param name="column">Place of the column.</param>
    /// <returns>Both as <c>#rrggbb</c>.</returns>
    public (string Fill, string Ink) Colours(int row, int column)
    {
        double strength;
        if (_confusion)
        {
            double total = Enumerable.Range(0, Columns.Count).Sum(c => _values[row, c]);
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
        return (Hex(fill), luminance < 0.179 ? "#ffffff" : strength == 0 ? Faint : "#000000");
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
