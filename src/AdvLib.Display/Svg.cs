using System.Globalization;
using System.Text;

namespace AdvLib;

/// <summary>
/// Writes one SVG picture on a light card of its own, so that it reads the same on light pages, dark pages and paper;
/// <see cref="PictureMarkup"/> lets it follow the page. Styles are attributes only and nothing has an id: repository pages
/// strip style sheets, and many pictures share a page.
/// </summary>
internal sealed class Svg
{
    public const string Ink = "#1f2328";
    public const string Muted = "#57606a";
    public const string Rule = "#e1e4e8";
    public const string Frame = "#d0d7de";
    public const string Alarm = "#b03a00";
    public const string Fonts = "'Segoe UI', Helvetica, Arial, sans-serif";
    public const double Margin = 20;
    public const double Small = 11.5;

    private readonly StringBuilder _body = new();

    /// <summary>Appends an element. Attribute values are numbers (coordinates) or text; null leaves the attribute out.</summary>
    public void Element(string name, string? content, params ReadOnlySpan<(string Name, object? Value)> attributes)
    {
        Open(name, attributes);
        if (content is null)
            _body.Insert(_body.Length - 1, '/').Append('\n');
        else
            _body.Append(content).Append("</").Append(name).Append(">\n");
    }

    /// <summary>Opens an element that <see cref="Close"/> ends.</summary>
    public void Open(string name, params ReadOnlySpan<(string Name, object? Value)> attributes)
    {
        _body.Append('<').Append(name);
        foreach ((string key, object? value) in attributes)
        {
            string? text = value is IConvertible and not string
                ? Show.Coordinate(Convert.ToDouble(value, CultureInfo.InvariantCulture))
                : value as string;
            if (text is not null)
                _body.Append(' ').Append(key).Append("=\"").Append(Show.Escape(text)).Append('"');
        }
        _body.Append('>');
    }

    public void Close(string name) => _body.Append("</").Append(name).Append(">\n");

    public void Text(double x, double y, string text, double size = 12, string anchor = "start", string fill = Muted, bool bold = false) =>
        Element("text", Show.Escape(text), ("x", x), ("y", y), ("font-size", size), ("fill", fill),
            ("text-anchor", anchor == "start" ? null : anchor), ("font-weight", bold ? "600" : null));

    /// <summary>Text over a drawing: a white outline keeps grid lines off it; turned, it reads upwards.</summary>
    public void Label(double x, double y, string text, double size, string anchor, bool turned = false) =>
        Element("text", Show.Escape(text), ("x", x), ("y", y), ("font-size", size), ("fill", Ink), ("stroke", "#ffffff"),
            ("stroke-width", 3), ("paint-order", "stroke"),
            ("text-anchor", anchor), ("transform", turned ? $"rotate(-90 {Show.Coordinate(x)} {Show.Coordinate(y)})" : null));

    public void Line(double x1, double y1, double x2, double y2, string stroke, double width = 1, string? dash = null) =>
        Element("line", null, ("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2), ("stroke", stroke), ("stroke-width", width),
            ("stroke-dasharray", dash));

    public void Rect(double x, double y, double width, double height, string fill, string? tip = null, string? stroke = null,
        double? strokeWidth = null) =>
        Element("rect", Tip(tip), ("x", x), ("y", y), ("width", width), ("height", height), ("fill", fill), ("stroke", stroke),
            ("stroke-width", strokeWidth));

    /// <summary>What a pointer resting on an element shows: the one kind of interaction that needs no script.</summary>
    public static string? Tip(string? text) => text is null ? null : $"<title>{Show.Escape(text)}</title>";

    /// <summary>Writes text in as many lines as the width asks for, the first at <paramref name="y"/>.</summary>
    /// <returns>The height of the last line.</returns>
    public double Paragraph(double x, double y, string text, double width, double size = 12, string fill = Muted, bool bold = false)
    {
        List<string> lines = Show.Wrap(text, bold ? 1.04 * size : size, width);
        for (int i = 0; i < lines.Count; i++)
            Text(x, y + (1.25 * size * i), lines[i], size, fill: fill, bold: bold);
        return y + (1.25 * size * (lines.Count - 1));
    }

    /// <summary>Writes the title and the legend under it.</summary>
    /// <returns>The height at which the picture's own content may begin.</returns>
    public double Header(string title, double width, IReadOnlyList<string> legend, Action<int, double, double> key)
    {
        double y = title.Length > 0 ? Paragraph(Margin, 32, title, width - (2 * Margin), 16, Ink, bold: true) : 12;
        double x = Margin, next = y + 24;
        for (int i = 0; i < legend.Count; i++)
        {
            double room = 36 + Show.Width(legend[i], 12);
            if (x > Margin && x + room > width - Margin)
                (x, next) = (Margin, y + 20);
            key(i, x, next - 4);
            y = Paragraph(x + 34, next, legend[i], width - Margin - x - 34, fill: Ink);
            x += room + 18;
        }
        return y + 14;
    }

    /// <summary>The finished picture.</summary>
    public string Finish(double width, double height, string title, string description)
    {
        string w = Show.Coordinate(width), h = Show.Coordinate(height);
        string size = $"width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\"";
        string style = $"max-width:max(100%,{Show.Coordinate(0.65 * width)}px);height:auto";
        string card = $"width=\"{Show.Coordinate(width - 1)}\" height=\"{Show.Coordinate(height - 1)}\" rx=\"6\"";
        return $"""
            <svg xmlns="http://www.w3.org/2000/svg" {size} role="img" style="{style}" font-family="{Fonts}">
            <title>{Show.Escape(title)}</title>
            <desc>{Show.Escape(description)}</desc>
            <rect x="0.5" y="0.5" {card} fill="#ffffff" stroke="{Frame}"/>
            {_body}</svg>
            """.ReplaceLineEndings("\n");
    }
}
