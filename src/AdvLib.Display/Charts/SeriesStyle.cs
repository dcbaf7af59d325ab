namespace AdvLib;

/// <summary>
/// How a series looks: a colour of Okabe and Ito's palette (jfly.uni-koeln.de/color, 2002), and a
/// dash and a marker for those who see no colour.
/// </summary>
/// <param name="Colour">The colour as <c>#rrggbb</c>.</param>
/// <param name="Dash">Lengths of dashes and gaps in pixels, as in SVG's <c>stroke-dasharray</c>; null for a solid line.</param>
/// <param name="Marker">0 circle, 1 square, 2 triangle, 3 diamond, 4 triangle pointing down.</param>
public readonly record struct SeriesStyle(string Colour, string? Dash, int Marker)
{
    // The palette's yellow is left out: it cannot be seen on white. What is pale on white comes last.
    internal static readonly string[] Palette = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000", "#e69f00", "#56b4e9"];
    private static readonly string?[] Dashes = [null, "7 4", "2 3", "10 3 2 3"];

    /// <summary>The style of a series by its place; 28 differ.</summary>
    /// <param name="index">The place, from 0.</param>
    /// <returns>The style.</returns>
    public static SeriesStyle Of(int index) => new(Palette[index % Palette.Length], Dashes[index % Dashes.Length], index % 5);

    /// <summary>Draws the series' marker.</summary>
    internal void Mark(Svg svg, double x, double y, string? tip = null)
    {
        if (Marker == 0)
        {
            svg.Element("circle", Svg.Tip(tip), ("cx", x), ("cy", y), ("r", 3.5), ("fill", Colour), ("stroke", "#ffffff"));
            return;
        }
        (double X, double Y)[] corners = Marker switch
        {
            1 => [(-3.2, -3.2), (3.2, -3.2), (3.2, 3.2), (-3.2, 3.2)],
            2 => [(0, -4.4), (4.2, 3.2), (-4.2, 3.2)],
            3 => [(0, -4.6), (4.6, 0), (0, 4.6), (-4.6, 0)],
            _ => [(0, 4.4), (4.2, -3.2), (-4.2, -3.2)],
        };
        string points = string.Join(' ', corners.Select(c => $"{Show.Coordinate(x + c.X)},{Show.Coordinate(y + c.Y)}"));
        svg.Element("polygon", Svg.Tip(tip), ("points", points), ("fill", Colour), ("stroke", "#ffffff"));
    }

    /// <summary>Draws the series' key in a legend.</summary>
    internal void Key(Svg svg, double x, double y)
    {
        svg.Line(x, y, x + 28, y, Colour, 2, Dash);
        Mark(svg, x + 14, y);
    }
}
