using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AdvNotebooks.Cli.Report;

/// <summary>
/// Plotly charts in the report's own page. What draws them is the page's own script, named by its policy; of a notebook's chart only the
/// picture, by the rules of <see cref="HarmlessMarkup"/>, and the figure's numbers are taken over, as data that no script is made of.
/// </summary>
internal static partial class ChartMarkup
{
    private const string Box = "<div class=\"advlib-chart\"";
    private const string Picture = "data:image/svg+xml;base64,";

    // A picture of the chart would be an address of its own, which the page's policy forbids.
    private static readonly string[] Buttons = ["select2d", "lasso2d", "autoScale2d", "toImage"];

    /// <summary>Reads a chart, or what brings plotly.js into a notebook.</summary>
    /// <param name="html">An output, as <see cref="ChartView"/> and <see cref="PlotlyJs.Loader"/> write it.</param>
    /// <returns>The chart without its script; nothing for plotly.js, which the page has; null for any other output.</returns>
    public static string? Read(string html)
    {
        if (html.StartsWith("<div class=\"advlib-plotlyjs\">", StringComparison.Ordinal))
            return "";
        if (!html.StartsWith(Box, StringComparison.Ordinal) || Chart().Match(html) is not { Success: true } chart
            || Figure(chart.Groups["figure"].Value) is not { } figure)
            return null;
        string title = Show.Escape(WebUtility.HtmlDecode(chart.Groups["title"].Value));
        return $"{Box} data-title=\"{title}\" data-least=\"{chart.Groups["least"].Value}\" "
            + $"style=\"overflow-x:auto;max-width:{chart.Groups["width"].Value}px\">"
            + $"<div class=\"advlib-static\">{Still(chart.Groups["picture"].Value)}</div>"
            + $"<script type=\"application/json\">{figure}</script></div>";
    }

    /// <summary>The scripts that a page needs for the charts in it.</summary>
    /// <param name="content">The page's content.</param>
    /// <returns>plotly.js and what draws with it; nothing where there is no chart.</returns>
    public static string[] ScriptsFor(string content) =>
        content.Contains(Box, StringComparison.Ordinal) ? [PlotlyJs.Source, ChartView.Script] : [];

    private static string Still(string picture)
    {
        if (Image().Match(picture) is not { Success: true } image)
            return HarmlessMarkup.Read(picture) ?? "";
        var bytes = new byte[image.Groups[1].Length];
        return Convert.TryFromBase64String(image.Groups[1].Value, bytes, out int length)
            ? HarmlessMarkup.Read(Encoding.UTF8.GetString(bytes, 0, length)) ?? ""
            : "";
    }

    // Written anew: System.Text.Json leaves no character that could end the element.
    private static string? Figure(string json)
    {
        try
        {
            if (JsonNode.Parse(json) is not JsonObject figure || figure["data"] is not JsonArray data
                || figure["layout"] is not JsonObject layout)
                return null;
            var config = new JsonObject
            {
                ["displaylogo"] = false,
                ["modeBarButtonsToRemove"] = new JsonArray([.. Buttons.Select(button => (JsonNode)button)]),
            };
            return new JsonObject { ["data"] = data.DeepClone(), ["layout"] = layout.DeepClone(), ["config"] = config }.ToJsonString();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [GeneratedRegex(
        """^<div class="advlib-chart" data-title="(?<title>[^"]*)" data-least="(?<least>\d{1,5})" """
        + """style="overflow-x:auto;max-width:(?<width>\d{1,5})px"><div class="advlib-static">(?<picture>.*?)</div>"""
        + """<script type="application/json">(?<figure>[^<]*)</script><script>""",
        RegexOptions.Singleline)]
    private static partial Regex Chart();

    [GeneratedRegex("^(?:<figure [^>]*>)?<img [^>]*src=\"" + Picture + "([A-Za-z0-9+/=]*)\"/?>")]
    private static partial Regex Image();
}
