using System.Globalization;
using Plotly.NET;
using Plotly.NET.LayoutObjects;
using Plotly.NET.TraceObjects;

namespace AdvLib.Charts;

/// <summary>A matrix in the very colours of its static picture, with a text that can be read on each.</summary>
internal static class HeatmapFigure
{
    /// <summary>Characters of a row's or column's name in a line.</summary>
    public const int NameLine = 16;

    /// <param name="result">What it was drawn from.</param>
    /// <param name="map">The matrix.</param>
    /// <param name="images">Number of images behind a cell's value; null where cells are not measured on images.</param>
    public static GenericChart Of(IVisual result, Heatmap map, Func<int, int, int>? images = null)
    {
        (double[][] shades, object[][] scale) = Shades(map);
        int longest = map.Columns.Max(name => Words.Lines(name, NameLine).Max(line => line.Length));
        int cell = Math.Clamp(16 + (7 * longest), 44, 120), side = 70 + (7 * Math.Min(NameLine, map.Rows.Max(name => name.Length)));
        int width = Math.Max(380, side + 40 + (cell * map.Columns.Count)),
            lines = map.Columns.Max(name => Words.Lines(name, NameLine).Count);
        Trace cells = new Trace("heatmap").With(("z", shades), ("zmin", 0), ("zmax", Math.Max(1, scale.Length - 1)), ("colorscale", scale),
            ("showscale", false), ("xgap", 1), ("ygap", 1),
            ("customdata", Each(map, (row, column) => map[row, column])),
            ("text", Each(map, (row, column) => Hover(map, row, column, images))), ("hoverinfo", "text"));
        IEnumerable<Trace> keys = map.Legend.Select(key => new Trace("scatter")
            .With(("name", Words.Plain(key.Name)), ("x", (double?[])[null]), ("y", (double?[])[null]), ("mode", "markers"),
            ("marker", new Marker().With(("color", key.Colour), ("symbol", "square"), ("size", 13))), ("hoverinfo", "skip")));
        var card = new ChartCard(
            map.Title, [.. map.Legend.Select(key => key.Name)], width, Math.Min(width, (int)(0.65 * width) + 60), Height(map))
        {
            Labels = (26 + (16 * lines), 16),
        };
        return card.Of(result, [cells, .. keys],
            ("xaxis", ChartCard.Names(map.ColumnLabel, map.Columns, NameLine).With(("side", "top"))),
            ("yaxis", ChartCard.Names(map.RowLabel, map.Rows, NameLine).With(("range", (double[])[map.Rows.Count - 0.5, -0.5]))),
            ("annotations", Each(map, (row, column) =>
                new Annotation().With(("text", Words.Brief(map[row, column], map.Percent)), ("x", column), ("y", row), ("showarrow", false),
                ("font", ChartCard.Font(12, map.Colours(row, column).Ink)))).SelectMany(row => row).ToArray()));
    }

    /// <summary>Height of the rows in pixels; at least that of the words that stand beside them.</summary>
    public static int Height(Heatmap map) => Math.Max(34 * map.Rows.Count, 20 + (8 * map.RowLabel.Length));

    /// <summary>The cells' colours: each the place of its own in a scale of the colours that occur.</summary>
    public static (double[][] Shades, object[][] Scale) Shades(Heatmap map)
    {
        string[] fills = [.. Each(map, (row, column) => map.Colours(row, column).Fill).SelectMany(row => row).Distinct()];
        double[][] shades = Each(map, (row, column) => (double)Array.IndexOf(fills, map.Colours(row, column).Fill));
        return (shades, fills.Length == 1
            ? [[0, fills[0]], [1, fills[0]]]
            : [.. fills.Select((fill, place) => (object[])[place / (fills.Length - 1.0), fill])]);
    }

    /// <summary>What a pointer resting on a cell shows.</summary>
    public static string Hover(Heatmap map, int row, int column, Func<int, int, int>? images = null)
    {
        string place = $"{Words.Head(map.RowLabel)} <b>{Words.Plain(map.Rows[row])}</b><br>{Words.Head(map.ColumnLabel)} "
            + $"<b>{Words.Plain(map.Columns[column])}</b><br>";
        if (map.Legend.Count == 0)
            return place + Words.Number(map[row, column], map.Percent) + Words.OnImages(images?.Invoke(row, column));
        double all = Enumerable.Range(0, map.Columns.Count).Sum(c => map[row, c]);
        return place + string.Create(
            CultureInfo.InvariantCulture, $"{map[row, column]:N0} of {all:N0} images{(all > 0 ? $", {map[row, column] / all:0.0%}" : "")}");
    }

    /// <summary>A value of every cell, row by row.</summary>
    public static T[][] Each<T>(Heatmap map, Func<int, int, T> value) => [.. Enumerable.Range(0, map.Rows.Count)
        .Select(row => Enumerable.Range(0, map.Columns.Count).Select(column => value(row, column)).ToArray())];
}
