using System.Text;
using System.Xml;

namespace AdvNotebooks.Cli.Report;

/// <summary>
/// Tables and pictures that may stand in the report's own page. What a notebook shows may be anything; only markup that is well-formed
/// and made of known elements and attributes alone passes, written anew from what was read. HtmlSanitizer 9.2, given the same lists,
/// repairs instead of refusing, keeps an SVG as an image's source, <c>u\72l(x)</c> as a style's address, a foreign namespace and 100,000
/// nested elements (in 6 s), and drops our pictures' width; so this reader stays.
/// </summary>
internal static class HarmlessMarkup
{
    private const int Longest = 4_000_000;
    private const int Deepest = 64;

    private static readonly HashSet<string> Elements =
    [
        "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "div", "span", "p", "pre", "code", "b", "strong", "i", "em",
        "small", "sub", "sup", "br", "ul", "ol", "li", "figure", "figcaption", "img",
        "svg", "g", "rect", "circle", "ellipse", "line", "polyline", "polygon", "path", "text", "tspan", "title", "desc", "image",
    ];

    private static readonly HashSet<string> Attributes =
    [
        "align", "alt", "aria-hidden", "aria-label", "colspan", "cx", "cy", "d", "dominant-baseline", "dx", "dy", "fill", "fill-opacity",
        "font-family", "font-size", "font-style", "font-weight", "height", "href",
        "image-rendering", "letter-spacing", "opacity", "paint-order", "points", "preserveAspectRatio", "r", "role", "rowspan", "rx", "ry",
        "scope", "shape-rendering", "src", "stroke", "stroke-dasharray", "stroke-linecap",
        "stroke-linejoin", "stroke-opacity", "stroke-width", "style", "text-anchor", "transform", "viewBox", "width", "x", "x1", "x2",
        "xmlns", "y", "y1", "y2",
    ];

    // Elements that HTML closes by themselves, and those of SVG that may be empty.
    private static readonly HashSet<string> Void = ["br", "img"];

    /// <summary>Reads markup.</summary>
    /// <param name="markup">An SVG picture or a fragment of HTML.</param>
    /// <returns>The same, written anew; null when anything in it is unknown.</returns>
    public static string? Read(string markup)
    {
        var settings = new XmlReaderSettings
        {
            ConformanceLevel = ConformanceLevel.Fragment,
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = Longest,
        };
        try
        {
            using var reader = XmlReader.Create(new StringReader(markup), settings);
            var html = new StringBuilder(markup.Length);
            while (reader.Read())
            {
                if (!Copy(reader, html))
                    return null;
            }

            return html.ToString();
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static bool Copy(XmlReader reader, StringBuilder html)
    {
        switch (reader.NodeType)
        {
            case XmlNodeType.Text or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace:
                html.Append(Show.Escape(reader.Value));
                return true;
            case XmlNodeType.EndElement:
                html.Append("</").Append(reader.Name).Append('>');
                return true;
            case XmlNodeType.Element when Elements.Contains(reader.Name) && reader.Depth < Deepest:
                return Open(reader, html);
            default:
                return false;
        }
    }

    private static bool Open(XmlReader reader, StringBuilder html)
    {
        string element = reader.Name;
        bool empty = reader.IsEmptyElement;
        html.Append('<').Append(element);
        while (reader.MoveToNextAttribute())
        {
            if (!Attributes.Contains(reader.Name) || !IsHarmless(reader.Name, reader.Value))
                return false;
            html.Append(' ').Append(reader.Name).Append("=\"").Append(Show.Escape(reader.Value)).Append('"');
        }

        html.Append('>');
        if (empty && !Void.Contains(element))
            html.Append("</").Append(element).Append('>');
        return empty || !Void.Contains(element);
    }

    // No address but a picture's own bytes, and no style that could fetch one or leave its place.
    private static bool IsHarmless(string name, string value) => name switch
    {
        "href" or "src" => value.StartsWith("data:image/png;base64,", StringComparison.Ordinal)
            || value.StartsWith("data:image/jpeg;base64,", StringComparison.Ordinal),
        "xmlns" => value is "http://www.w3.org/2000/svg" or "http://www.w3.org/1999/xhtml",
        _ => !value.Contains("url", StringComparison.OrdinalIgnoreCase) && !value.Contains('\\', StringComparison.Ordinal)
            && !value.Contains("position", StringComparison.OrdinalIgnoreCase),
    };
}
