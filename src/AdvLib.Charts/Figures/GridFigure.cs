using Plotly.NET;
using Plotly.NET.LayoutObjects;

namespace AdvLib.Charts;

/// <summary>Pictures in rows, each pixel with its value under the pointer.</summary>
internal static class GridFigure
{
    private const int Wide = 720;
    private const int CaptionLine = 16;
    // Blue below zero, white, red above, as in the static picture.
    private static readonly object[][] Signs = [[0, "rgb(33,102,172)"], [0.5, "#ffffff"], [1, "rgb(178,24,43)"]];
    private static readonly object[][] Greys = [[0, "#000000"], [1, "#ffffff"]];

    public static GenericChart Of(ImageGrid grid)
    {
        if (grid.Pictures.Count == 0)
            throw new DisplayDataException(
                $"Grid \"{grid.Title}\" has no pictures.", "at least one.", "Call Add(pixels, caption) before showing it.");
        int columns = Math.Min(grid.Columns, grid.Pictures.Count), rows = (grid.Pictures.Count + columns - 1) / columns;
        double pitch = Math.Min(136, (double)Wide / columns), side = pitch - 14;
        int captions = grid.Pictures.Max(picture => Caption(picture).Count), heads = grid.Heads.Count > 0 ? 18 : 0;
        double picture = side * grid.Shape.Height / Math.Max(grid.Shape.Height, grid.Shape.Width), slot = picture + 10 + (15 * captions);
        int width = Math.Max(300, (int)(columns * pitch) + 40), height = (int)(rows * slot);
        List<Trace> traces = [];
        List<Annotation> words = [.. grid.Heads.Take(columns)
            .Select((head, column) => Text($"<b>{Words.Plain(head)}</b>", Middle(column), 1, "bottom", ChartCard.Ink))];
        var layout = new List<(string, object?)>();
        for (int i = 0; i < grid.Pictures.Count; i++)
        {
            string axis = i == 0 ? "" : $"{i + 1}";
            (int row, int column) = (i / columns, i % columns);
            double top = 1 - (row * slot / height), bottom = top - (picture / height), half = side / pitch / columns / 2;
            traces.Add(Picture(grid, grid.Pictures[i]).With(("xaxis", "x" + axis), ("yaxis", "y" + axis)));
            LinearAxis Axis(string anchor, double from, double to) => new LinearAxis().With(
                ("domain", (double[])[Math.Max(0, from), Math.Min(1, to)]), ("anchor", anchor + axis), ("showgrid", false),
                ("zeroline", false), ("showticklabels", false), ("ticks", ""),
                ("showline", true), ("mirror", true), ("linecolor", grid.Pictures[i].Wrong ? ChartCard.Alarm : "#d0d7de"),
                ("linewidth", grid.Pictures[i].Wrong ? 3 : 1), ("constrain", "domain"));
            layout.Add(("xaxis" + axis, Axis("y", Middle(column) - half, Middle(column) + half)));
            layout.Add(("yaxis" + axis,
                Axis("x", bottom, top).With(("autorange", "reversed"), ("scaleanchor", "x" + axis), ("constraintoward", "top"))));
            string caption = string.Join("<br>", Caption(grid.Pictures[i]).Select((line, at) => grid.Pictures[i].Wrong && at > 0
                ? $"<b><span style=\"color:{ChartCard.Alarm}\">{Words.Plain(line)}</span></b>"
                : Words.Plain(line)));
            words.Add(Text(caption, Middle(column), bottom, "top", ChartCard.Ink));
        }

        layout.Add(("annotations", words.ToArray()));
        return new ChartCard(grid.Title, [], width, width, height) { Labels = (heads, 8) }.Of(grid, traces, [.. layout]);

        double Middle(int column) => (column + 0.5) / columns;
    }

    private static List<string> Caption(GridPicture picture) =>
        [.. picture.Caption.Split('\n').SelectMany(line => Words.Lines(line, CaptionLine))];

    private static Annotation Text(string text, double x, double y, string anchor, string colour) => new Annotation().With(
        ("text", text), ("xref", "paper"), ("yref", "paper"), ("x", x), ("y", y), ("xanchor", "center"), ("yanchor", anchor),
        ("showarrow", false), ("font", ChartCard.Font(11, colour)));

    private static Trace Picture(ImageGrid grid, GridPicture picture)
    {
        (int channels, double scale) = (grid.Shape.Channels, grid.Scale);
        string name = Words.Plain(picture.Caption.Replace("\n", ", "));
        if (channels == 3)
        {
            int Level(float value) => (int)Math.Round(255 * Math.Clamp(picture.AroundZero ? 0.5 + (value / scale / 2) : value, 0, 1));
            return new Trace("image").With(("z", Rows(pixel => picture.Pixels.Skip(3 * pixel).Take(3).Select(Level).ToArray())),
                ("customdata",
                    Rows(pixel => string.Join(", ", picture.Pixels.Skip(3 * pixel).Take(3).Select(value => Words.Number(value))))),
                ("hovertemplate", $"row %{{y}}, column %{{x}}<br>%{{customdata}}<extra>{name}</extra>"));
        }

        return new Trace("heatmap").With(("z", Rows(pixel => Math.Round(picture.Pixels[pixel], 4))),
            ("zmin", picture.AroundZero ? -scale : 0), ("zmax", picture.AroundZero ? scale : 1),
            ("colorscale", picture.AroundZero ? Signs : Greys), ("showscale", false),
            ("hovertemplate", $"row %{{y}}, column %{{x}}: <b>%{{z}}</b><extra>{name}</extra>"));

        T[][] Rows<T>(Func<int, T> value) => [.. Enumerable.Range(0, grid.Shape.Height)
            .Select(y => Enumerable.Range(0, grid.Shape.Width).Select(x => value((y * grid.Shape.Width) + x)).ToArray())];
    }
}
