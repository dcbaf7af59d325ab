using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AdvNotebooks.Cli.Report;

/// <summary>
/// A cell's outputs as HTML. A notebook may be anybody's: tables and pictures of known markup stand in the page, other HTML and SVG in a
/// frame that runs no script and may do nothing but be looked at, all else as text.
/// </summary>
/// <param name="prose">Renders outputs in Markdown.</param>
internal sealed partial class OutputMarkup(Prose prose)
{
    private const string FramePage =
        """<!DOCTYPE html><meta charset="utf-8"><meta name="color-scheme" content="light dark">"""
        + "<style>:root{color-scheme:light dark}"
        + "body{margin:0;font:15px/1.5 system-ui,'Segoe UI',Helvetica,Arial,sans-serif;overflow-wrap:anywhere}</style>";

    private static readonly string[] Pictures = ["image/png", "image/jpeg", "image/gif", "image/webp"];

    /// <summary>Writes one output.</summary>
    /// <param name="output">The output, in nbformat.</param>
    /// <returns>HTML; empty for an output of an unknown kind.</returns>
    public string ToHtml(JsonObject output) => Text(output["output_type"]) switch
    {
        "stream" => $"<pre class=\"stream{(Text(output["name"]) == "stderr" ? " stderr" : "")}\">{Plain(output["text"])}</pre>",
        "error" => $"<pre class=\"error\">{Plain(output["ename"])}: {Plain(output["evalue"])}\n{Plain(output["traceback"], "\n")}</pre>",
        "display_data" or "execute_result" when output["data"] is JsonObject data => Display(data),
        _ => "",
    };

    // The richest of what the cell offers.
    private string Display(JsonObject data)
    {
        if (data["image/svg+xml"] is { } svg)
            return Markup($"picture {PictureMarkup.Class}", Text(svg));
        if (data["text/html"] is { } html)
            return ChartMarkup.Read(Text(html)) ?? Markup("table", Text(html));
        foreach (string type in Pictures)
        {
            if (Text(data[type]).ReplaceLineEndings("") is { Length: > 0 } bytes && Base64().IsMatch(bytes))
                return $"<div class=\"picture\"><img src=\"data:{type};base64,{bytes}\" "
                    + $"alt=\"{Show.Escape(Text(data["text/plain"]))}\"></div>";
        }

        if (data["text/markdown"] is { } markdown)
            return $"<div class=\"prose\">{prose.ToHtml(Text(markdown))}</div>";
        if (data["text/plain"] is { } plain)
            return $"<pre class=\"says\">{Plain(plain)}</pre>";
        (string kind, JsonNode? other) = data.FirstOrDefault();
        return kind is null ? "" : $"<pre class=\"says\">{Show.Escape(kind)}: {Show.Escape(other?.ToJsonString() ?? "null")}</pre>";
    }

    // The frame may be measured by this page (allow-same-origin), which is all that its sandbox allows; it inherits the page's policy.
    private static string Markup(string kind, string markup) => HarmlessMarkup.Read(markup) is { } harmless
        ? $"<div class=\"{kind}\">{harmless}</div>"
        : "<iframe class=\"output\" title=\"output of the cell\" sandbox=\"allow-same-origin\" "
            + $"srcdoc=\"{Show.Escape(FramePage + markup)}\"></iframe>";

    private static string Plain(JsonNode? text, string separator = "") => Show.Escape(Ansi().Replace(Text(text, separator), ""));

    // nbformat's text: a string, or its lines.
    private static string Text(JsonNode? text, string separator = "") => text switch
    {
        JsonArray lines => string.Join(separator, lines.Select(line => Text(line))),
        JsonValue value => value.ToString(),
        _ => "",
    };

    [GeneratedRegex(@"\x1B\[[0-9;?]*[A-Za-z]")]
    private static partial Regex Ansi();

    [GeneratedRegex(@"^[A-Za-z0-9+/]+={0,2}$")]
    private static partial Regex Base64();
}
