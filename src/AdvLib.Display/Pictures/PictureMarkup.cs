using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace AdvLib;

/// <summary>
/// A picture as HTML: an image that survives where scripts, styles and SVG are stripped (an untrusted Jupyter, an import, a
/// repository page), light on a card of its own; and a script that puts the drawing itself in its place, where it takes the
/// text's colour from the page, dark and high contrast too.
/// </summary>
public static class PictureMarkup
{
    /// <summary>The class of the element that holds a picture.</summary>
    public const string Class = "advlib-picture";

    // Finds its places by class: where a notebook inserts outputs, a script does not know its own.
    private const string Script = """
        for (const img of document.querySelectorAll('.advlib-picture > img')) {
          const bytes = Uint8Array.from(atob(img.src.split(',')[1]), (c) => c.charCodeAt(0));
          const svg = new DOMParser().parseFromString(new TextDecoder().decode(bytes), 'image/svg+xml').documentElement;
          if (svg.localName === 'svg') img.replaceWith(document.importNode(svg, true));
        }
        """;

    /// <summary>The style sheet under which drawings inside an element of the class follow the page's colours.</summary>
    public static string Theme { get; } = MakeTheme();

    /// <summary>
    /// Puts a picture into HTML, as well-formed XML. On a narrow page it shrinks to what can still be read, then scrolls.
    /// </summary>
    /// <param name="svg">The picture, an SVG document with width, height and title.</param>
    /// <returns>The fragment.</returns>
    public static string InHtml(string svg)
    {
        ArgumentNullException.ThrowIfNull(svg);
        XElement root = XElement.Parse(svg);
        string Attribute(string name) => Show.Escape((string?)root.Attribute(name) ?? "");
        string title = root.Elements().FirstOrDefault(element => element.Name.LocalName == "title")?.Value ?? "";
        string address = "data:image/svg+xml;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes(svg));
        string look = string.Join(' ', ((string[])["width", "height", "style"]).Select(name => $"{name}=\"{Attribute(name)}\""));
        return $"""
            <figure class="{Class}" style="margin:0;overflow-x:auto"><img alt="{Show.Escape(title)}" {look} src="{address}"/></figure>
            <style>{Theme}</style>
            <script>{Script}</script>
            """.ReplaceLineEndings("\n");
    }

    // By the colours that are drawn with. A colour mixed with the text's is lighter on dark pages and darker on light ones.
    private static string MakeTheme()
    {
        static string Faded(int percent) =>
            string.Create(CultureInfo.InvariantCulture, $"color-mix(in srgb,currentColor {percent}%,transparent)");
        static string Mixed(string colour) =>
            colour == "#000000" ? "currentColor" : $"color-mix(in srgb,{colour} {(colour == Svg.Alarm ? 50 : 65)}%,currentColor)";
        var css = new StringBuilder($".{Class}>svg>rect:first-of-type{{fill:none;stroke:{Faded(25)}}}");
        void Rule(string selector, string property, string value) =>
            css.Append(CultureInfo.InvariantCulture, $".{Class} {selector}{{{property}:{value}}}");
        Rule($"text[fill=\"{Svg.Ink}\"]", "fill", "currentColor");
        Rule($"text[fill=\"{Svg.Muted}\"]", "fill", Faded(82));
        Rule($"[stroke=\"{Svg.Muted}\"]", "stroke", Faded(70));
        Rule($"[stroke=\"{Svg.Rule}\"]", "stroke", Faded(18));
        Rule($"[stroke=\"{Svg.Frame}\"]", "stroke", Faded(30));
        Rule("[stroke=\"#ffffff\"]", "stroke", "var(--vscode-editor-background,var(--jp-layout-color0,transparent))");
        foreach (string colour in (IEnumerable<string>)[.. SeriesStyle.Palette, Svg.Alarm])
        {
            // Text in black or white stands on a cell of a heatmap, whose colour stays.
            Rule($"{(colour == Svg.Alarm ? "" : ":not(text)")}[fill=\"{colour}\"]", "fill", Mixed(colour));
            Rule($"[stroke=\"{colour}\"]", "stroke", Mixed(colour));
        }

        return css.ToString();
    }
}
