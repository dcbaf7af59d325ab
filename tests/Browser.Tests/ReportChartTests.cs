using System.Text;
using System.Text.Json.Nodes;
using AdvLib;
using AdvNotebooks.Cli.Report;
using Microsoft.Playwright;

namespace AdvNotebooks.Tests;

/// <summary>Plotly charts in the report, under its policy: those of its own numbers, and those of executed notebooks.</summary>
public sealed class ReportChartTests(Chromium chromium) : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ColorScheme.Light, 1200)]
    [InlineData(ColorScheme.Dark, 360)]
    public async Task Charts_are_drawn_by_the_pages_own_script(ColorScheme scheme, int width)
    {
        LineChart curve = new LineChart("Accuracy under <FGSM>", "epsilon", "accuracy") { Percent = true, YRange = (0, 1) }.Add("baseline", [0, 0.1, 0.2], [0.9, 0.5, 0.1], [0.8, 0.4, 0], [1, 0.6, 0.2], 40);
        string address = Write(PlotlyJs.Loader.ToHtml(), curve.ToPlotly().ToVisual().ToHtml(), curve.ToXPlot().ToVisual().ToHtml());
        await using WatchedPage page = await chromium.Open(address, scheme, width);
        // The two of the results; a closed notebook's wait.
        await Assertions.Expect(page[".advlib-chart[data-drawn]"]).ToHaveCountAsync(2);
        await page["#open-all"].ClickAsync();
        await Assertions.Expect(page[".advlib-chart[data-drawn]"]).ToHaveCountAsync(4);
        Assert.Equal(0, await page[".advlib-static:visible, iframe.output"].CountAsync());
        LocatorBoundingBoxResult point = (await page["details.notebook .scatterlayer .point"].Nth(1).BoundingBoxAsync())!;
        await page["details.notebook .js-plotly-plot"].First.ScrollIntoViewIfNeededAsync();
        await page["details.notebook .scatterlayer .point"].Nth(1).HoverAsync(new() { Force = true });
        Assert.Contains("40 images", await page[".hoverlayer .hovertext"].First.TextContentAsync(), StringComparison.Ordinal);
        Assert.True(point.Width > 0);
        await page.LooksSound();
        await page.Screenshot($"report-charts-{scheme}-{width}");
        page.NothingWentWrong(address);
    }

    [Fact]
    public async Task A_hostile_chart_runs_nothing_and_fetches_nothing()
    {
        string honest = new BarChart("Bars", ["a"], "v").Add("s", [1]).ToPlotly().ToVisual().ToHtml();
        string spy = "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"top.hacked = true\"><image href=\"http://198.51.100.1/spy.png\"/></svg>";
        int picture = honest.IndexOf("base64,", StringComparison.Ordinal) + 7;
        string hostile = honest[..picture] + Convert.ToBase64String(Encoding.UTF8.GetBytes(spy)) + honest[honest.IndexOf('"', picture)..];
        hostile = hostile.Replace("\"layout\":{", "\"layout\":{\"images\":[{\"source\":\"http://198.51.100.1/spy.png\",\"x\":0,\"y\":1,\"sizex\":1,\"sizey\":1}],\"annotations\":[{\"text\":\"\\u003cimg src=x onerror='top.hacked=true'>\\u003ca href='javascript:top.hacked=true'>x\\u003c/a>\"}],", StringComparison.Ordinal)
            .Replace("<script>(", "<script>top.hacked = true;(", StringComparison.Ordinal);
        string address = Write(hostile, "<div class=\"advlib-plotlyjs\"><script>top.hacked = true</script></div>", hostile.Replace("</script><script>", "</script><img src=x onerror=\"top.hacked=true\"><script>", StringComparison.Ordinal));
        await using WatchedPage page = await chromium.Open(address);
        await page["#open-all"].ClickAsync();
        await Assertions.Expect(page["details.notebook .advlib-chart[data-drawn]"]).ToHaveCountAsync(1);
        Assert.False(await page.Page.EvaluateAsync<bool>("() => 'hacked' in window"));
        Assert.Equal(0, await page["details.notebook .advlib-chart img, .advlib-chart a[*|href^='javascript']"].CountAsync());
        Assert.Empty(page.Outside(address));
    }

    // A report whose one notebook has these outputs.
    private string Write(params string[] outputs)
    {
        TestRun.WriteRecord(_folder);
        Directory.CreateDirectory(_folder.File("notebooks"));
        JsonObject notebook = TestNotebook.Json("1");
        notebook["cells"]![1]!["execution_count"] = 1;
        notebook["cells"]![1]!["outputs"] = new JsonArray([.. outputs.Select(html => (JsonNode)new JsonObject
        {
            ["output_type"] = "display_data",
            ["metadata"] = new JsonObject(),
            ["data"] = new JsonObject { ["text/html"] = html },
        })]);
        _folder.Write("notebooks/01-load-mnist.ipynb", notebook.ToJsonString());
        return "file://" + _folder.Write("report.html", new RunReportFiles(_folder.Path).Create());
    }
}
