using System.Net;
using System.Text;
using AdvLib.Charts;

namespace AdvLib;

/// <summary>
/// A Plotly.NET or XPlot chart as every page can show it: a static picture, and the chart's numbers with a script that draws it in the
/// picture's place, where scripts run and <see cref="PlotlyJs"/> is on the page. Notebook hosts that know how charts are shown need no
/// call; in others a cell ends with <c>chart.ToVisual()</c>.
/// </summary>
[TypeFormatterSource(typeof(VisualFormatters))]
public sealed class ChartView : IVisual
{
    private readonly string _title;
    private readonly string _figure;
    private readonly StaticPicture? _picture;

    /// <summary>A chart and what stands in its place.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="figure">Data, layout and configuration, as JSON of plotly.js.</param>
    /// <param name="picture">The result that it was drawn from; null for a chart built by hand.</param>
    internal ChartView(string title, string figure, StaticPicture? picture) =>
        (_title, _figure, _picture) = (title.Length > 0 ? title : "A chart without a title", figure, picture);

    /// <summary>
    /// The script that draws every chart of a page: each chart brings it, and a page that allows no inline scripts holds it once.
    /// </summary>
    public static string Script { get; } = Assets.Read("Chart.js").Replace(
        "{{palette}}", string.Join(", ", ChartCard.Palette.Select(colour => $"'{colour}'")), StringComparison.Ordinal);

    /// <summary>The chart with its picture: nothing is fetched, nothing has an id.</summary>
    /// <returns>The fragment.</returns>
    public string ToHtml() => new StringBuilder("<div class=\"advlib-chart\" data-title=\"").Append(WebUtility.HtmlEncode(_title))
        .Append("\" data-least=\"").Append(_picture?.LeastWidth ?? 0)
            .Append("\" style=\"overflow-x:auto;max-width:").Append(_picture?.Width ?? 900).Append("px\"><div class=\"advlib-static\">")
        .Append(Picture()).Append("</div><script type=\"application/json\">")
        // No text of a chart can end the element.
        .Append(_figure.Replace("<", "\\u003c", StringComparison.Ordinal))
        .Append("</script><script>").Append(Script).Append("</script></div>").ToString();

    /// <summary>The result in plain text; of a chart built by hand its title.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => _picture?.Result.ToString() ?? _title;

    private string Picture() => _picture?.Result switch
    {
        { } visual => visual.ToHtml(),
        null => $"<p>{WebUtility.HtmlEncode(_title)}: a chart that is drawn where scripts run "
            + "and plotly.js is part of the page (PlotlyJs.Loader).</p>",
    };
}
