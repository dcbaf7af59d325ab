namespace AdvLib;

/// <summary>A matrix with a value in every cell and a colour behind it: a confusion matrix, or which model's images fool which. Immutable.</summary>
/// <example><code>
/// Heatmap.Confusion("What the baseline takes them for", counts)
/// new Heatmap("Transfer", "images made from", "tested on", models, models, accuracy) { Percent = true }
/// </code></example>
[TypeFormatterSource(typeof(VisualFormatters), PreferredMimeTypes = ["image/svg+xml", "text/plain"])]
public sealed record Heatmap : IPicture
{
    private readonly string[] _rows;
    private readonly string[] _columns;
    private readonly double[,] _values;

    private bool IsConfusion { get; init; }

    /// <summary>Shows a matrix, shaded from its smallest value (or 0, when none is below) to its largest (or 1, for percentages).</summary>
    /// <param name="title">What the matrix shows.</param>
    /// <param name="rowLabel">What the rows are.</param>
    /// <param name="columnLabel">What the columns are.</param>
    /// <param name="rows">The rows' names, one a row of <paramref name="values"/>.</param>
    /// <param name="columns">The columns' names, one a column of <paramref name="values"/>.</param>
    /// <param name="values">The values, rows first; copied.</param>
    /// <exception cref="DisplayDataException">An empty matrix, names that do not match it, or a value that is not finite.</exception>
    public Heatmap(string title, string rowLabel, string columnLabel, IEnumerable<string> rows, IEnumerable<string> columns, double[,] values)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(rowLabel);
        ArgumentNullException.ThrowIfNull(columnLabel);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(values);
        _ = DisplayDataException.CheckSeries($"Matrix \"{title}\"", values.Cast<double>());
        (Title, RowLabel, ColumnLabel, _rows, _columns, _values) = (title, rowLabel, columnLabel, [.. rows], [.. columns], (double[,])values.Clone());
        if (_rows.Length != values.GetLength(0) || _columns.Length != values.GetLength(1))
            throw new DisplayDataException($"{_rows.Length} row and {_columns.Length} column names for a {values.GetLength(0)} x {values.GetLength(1)} matrix.", "one name for each.", "Pass the names in the matrix' own order.");
    }

    /// <summary>What the matrix shows.</summary>
    public string Title { get; }

    /// <summary>What the rows are.</summary>
    public string RowLabel { get; }

    /// <summary>What the columns are.</summary>
    public string ColumnLabel { get; }

    /// <summary>Whether values are fractions to be shown as percentages.</summary>
    public bool Percent { get; init; }

    /// <summary>
    /// A confusion matrix: right answers blue, wrong ones orange, each shaded by the square root of its share of the row,
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
        return new Heatmap(title, "label", "prediction", names, names, values) { IsConfusion = true };
    }

    /// <inheritdoc/>
    public string ToSvg()
    {
        const double Row = 32, FontSize = 12;
        double widest = _values.Cast<double>().Max(value => Show.Width(Show.Brief(value, Percent), FontSize));
        double cell = Math.Clamp(Math.Max(widest + 12, _columns.Max(name => Show.Width(name, FontSize) + 8)), 38, 96);
        double side = Math.Min(180, _rows.Max(name => Show.Width(name, FontSize))) + 10;
        double x0 = Svg.Margin + Math.Max(side, Show.Width(RowLabel, FontSize) + 14), width = Math.Max(360, x0 + (_columns.Length * cell) + Svg.Margin);
        var svg = new Svg();
        string[] legend = IsConfusion ? ["right", "wrong (darker: a larger share of the row)"] : [];
        double top = svg.Header(Title, width, legend, (i, x, y) => svg.Rect(x + 8, y - 6, 18, 12, Shade(i == 0 ? 0 : 1, 0.75)));

        svg.Text(x0 + (_columns.Length * cell / 2), top + 14, ColumnLabel, anchor: "middle");
        List<string>[] heads = [.. _columns.Select(name => Show.Wrap(name, FontSize, cell - 4))];
        double y0 = top + 24 + (15 * heads.Max(lines => lines.Count));
        for (int c = 0; c < _columns.Length; c++)
        {
            for (int i = 0; i < heads[c].Count; i++)
                svg.Text(x0 + ((c + 0.5) * cell), y0 - 8 - (15 * (heads[c].Count - 1 - i)), heads[c][i], FontSize, "middle", Svg.Ink);
        }
        svg.Text(Svg.Margin, y0 - 8, RowLabel);
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
                svg.Rect(x0 + (c * cell), y, cell, height, fill, $"{RowLabel} {_rows[r]}, {ColumnLabel} {_columns[c]}: {Show.Value(_values[r, c], Percent)}", "#ffffff", 1);
                svg.Text(x0 + ((c + 0.5) * cell), y + (height / 2) + 4, Show.Brief(_values[r, c], Percent), FontSize, "middle", ink);
            }
            y += height;
        }
        return svg.Finish(width, y + Svg.Margin, Title, $"Matrix of {RowLabel} (rows) by {ColumnLabel} (columns). " + string.Join(' ', _rows.Select((name, r) =>
            $"{name}: {string.Join(", ", _columns.Select((_, c) => Show.Value(_values[r, c], Percent)))}.")));
    }

    /// <inheritdoc/>
    public string ToHtml() => ToSvg();

    /// <summary>The numbers as plain text.</summary>
    /// <returns>The title and the matrix.</returns>
    public override string ToString()
    {
        var table = new TableView($"{Title} (rows: {RowLabel}, columns: {ColumnLabel})", ["", .. _columns]);
        for (int r = 0; r < _rows.Length; r++)
            table = table.Row([_rows[r], .. _columns.Select((_, c) => Show.Value(_values[r, c], Percent))]);
        return table.ToString();
    }

    private (string Fill, string Ink) Colours(int row, int column)
    {
        double strength;
        if (IsConfusion)
        {
            double total = Enumerable.Range(0, _columns.Length).Sum(c => _values[row, c]);
            strength = total == 0 ? 0 : Math.Sqrt(_values[row, column] / total);
        }
        else
        {
            double low = Math.Min(0, _values.Cast<double>().Min()), high = Math.Max(Percent ? 1 : low, _values.Cast<double>().Max());
            strength = high == low ? 0 : (_values[row, column] - low) / (high - low);
        }
        return (Shade(IsConfusion && row != column ? 1 : 0, strength), strength > 0.55 ? "#ffffff" : strength == 0 ? Svg.Muted : Svg.Ink);
    }

    /// <summary>A colour between nearly white and the hue's dark end, dark enough for white text above 0.55.</summary>
    private static string Shade(int hue, double strength)
    {
        (int R, int G, int B) light = (244, 246, 248), dark = hue == 0 ? (0, 68, 120) : (150, 50, 0);
        int Mix(int a, int b) => (int)Math.Round(a + ((b - a) * strength));
        return $"#{Mix(light.R, dark.R):x2}{Mix(light.G, dark.G):x2}{Mix(light.B, dark.B):x2}";
    }
}
