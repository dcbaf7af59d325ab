using System.Text.RegularExpressions;
using AdvNotebooks.Tests;
using Microsoft.Playwright;

namespace AdvLib.Charts.Tests;

/// <summary>Every chart, made on .NET Interactive's kernel, in a real browser that has no network.</summary>
public sealed partial class ChartTests(ChartNotebook notebook) : IDisposable
{
    // Debian's.
    private const string RequireJs = "/usr/share/javascript/requirejs/require.js";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("advlib-charts");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(ChartNotebook.Names), MemberType = typeof(ChartNotebook))]
    public void The_kernel_shows_it_as_a_page_and_as_text_and_names_no_address(string name)
    {
        IReadOnlyDictionary<string, string> output = notebook.Output(name);
        Assert.Equal(["text/html", "text/plain"], output.Keys.Order());
        Assert.NotEmpty(output["text/plain"]);
        Assert.DoesNotContain("FSharp", output["text/plain"], StringComparison.Ordinal);
        Assert.Empty(Address().Matches(output["text/html"]).Select(match => match.Value));
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1024)]
    [InlineData(ColorScheme.Dark, 1024)]
    [InlineData(ColorScheme.Light, 390)]
    public async Task All_are_drawn_on_one_page_without_a_network(ColorScheme scheme, int width)
    {
        await using WatchedPage page = await Open(ChartPage.Exported([notebook.Loader, .. ChartNotebook.Cells.Keys.Select(notebook.Html)]), scheme, width);
        await AllAreDrawn(page, ChartNotebook.Cells.Count);
        await page.Screenshot($"charts-{scheme}-{width}".ToLowerInvariant());
        Assert.True(await page.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth") <= width, "The page scrolls sideways.");
        Assert.Equal("", await page.Page.EvaluateAsync<string>(Overlaps));
    }

    [Fact]
    public async Task All_are_drawn_where_a_host_inserts_them_and_the_loader_last()
    {
        await using WatchedPage page = await Open(ChartPage.Inserted([.. ChartNotebook.Cells.Keys.Select(notebook.Html), notebook.Loader]));
        await AllAreDrawn(page, ChartNotebook.Cells.Count);
    }

    [Fact]
    public async Task All_are_drawn_beside_require_js_and_twice_loaded()
    {
        Assert.SkipUnless(File.Exists(RequireJs), "There is no require.js: apt-get install libjs-requirejs.");
        string require = await File.ReadAllTextAsync(RequireJs, TestContext.Current.CancellationToken);
        string[] charts = [.. ChartNotebook.Cells.Keys.Select(notebook.Html)];
        await using WatchedPage page = await Open(ChartPage.Exported([notebook.Loader, .. charts, notebook.Loader, charts[0]], $"<script>{require}</script>"));
        await AllAreDrawn(page, charts.Length + 1);
        Assert.Equal("function", await page.Page.EvaluateAsync<string>("() => typeof define"));
    }

    [Fact]
    public async Task The_pointer_reads_epsilon_accuracy_and_images()
    {
        await using WatchedPage page = await Open(ChartPage.Exported([notebook.Loader, notebook.Html("sweep")]));
        await AllAreDrawn(page, 1);
        await page[".advlib-chart .nsewdrag"].HoverAsync(new() { Position = new() { X = 4, Y = 4 } });
        ILocator points = page[".advlib-chart .scatterlayer .trace"].Last.Locator(".point");
        LocatorBoundingBoxResult box = (await points.Nth(2).BoundingBoxAsync())!;
        await page.Page.Mouse.MoveAsync(box.X + (box.Width / 2), box.Y + (box.Height / 2));
        string words = await page[".hoverlayer .hovertext"].First.TextContentAsync() ?? "";
        Assert.Contains("epsilon 0.05", words, StringComparison.Ordinal);
        Assert.Matches(@"accuracy \d+\.\d\d% \(\d", words);
        Assert.Contains("60 images", words, StringComparison.Ordinal);
        page.NothingWentWrong(_address);
    }

    [Theory]
    [InlineData("confusion", "of", "images")]
    [InlineData("report", "clean, epsilon 0", "60 images")]
    [InlineData("transfer", "images made from", "60 images")]
    [InlineData("samples", "row 10, column 14", "label")]
    [InlineData("xplot-bars", "accuracy", "images")]
    public async Task The_pointer_reads_other_charts(string name, string says, string also)
    {
        await using WatchedPage page = await Open(ChartPage.Exported([notebook.Loader, notebook.Html(name)]));
        await AllAreDrawn(page, 1);
        // The middle of the first cell, bar or picture.
        string hover = await page.Page.EvaluateAsync<string>($$"""
            async () => {
              const plot = document.querySelector('.js-plotly-plot');
              Plotly.Fx.hover(plot, '{{name}}' === 'samples' ? [{ xval: 14, yval: 10 }] : [{ curveNumber: 0, pointNumber: '{{name}}' === 'confusion' || '{{name}}' === 'transfer' ? [0, 0] : 0 }]);
              await new Promise((done) => setTimeout(done, 300));
              return [...document.querySelectorAll('.hoverlayer .hovertext')].map((text) => text.textContent).join(' ');
            }
            """);
        Assert.Contains(says, hover, StringComparison.Ordinal);
        Assert.Contains(also, hover, StringComparison.Ordinal);
        page.NothingWentWrong(_address);
    }

    [Fact]
    public async Task A_click_on_the_legend_hides_a_line_with_its_band_and_no_band_is_in_the_legend()
    {
        await using WatchedPage page = await Open(ChartPage.Exported([notebook.Loader, notebook.Html("seeds")]));
        await AllAreDrawn(page, 1);
        Assert.Equal(["clean", "fresh PGD-20"], await page[".legendtext"].AllTextContentsAsync());
        Assert.Equal(2, await Shown());
        await page[".legendtoggle"].First.ClickAsync();
        await Assertions.Expect(page[".scatterlayer .trace .lines path"]).ToHaveCountAsync(2);
        Assert.Equal(1, await Shown());

        Task<int> Shown() => page[".scatterlayer .trace .js-fill, .fills .js-fill"].CountAsync();
    }

    [Fact]
    public async Task Each_ones_picture_stands_there_without_scripts()
    {
        string[] names = [.. ChartNotebook.Cells.Keys];
        await using WatchedPage page = await Open(ChartPage.Exported([.. names.Select(notebook.Html), notebook.Loader]), scripts: false);
        for (int i = 0; i < names.Length; i++)
        {
            // The report's words and numbers, a chart of the reader's own by a sentence, all else as a picture.
            (string kind, string what) = names[i] == "report" ? ("TABLE", ".advlib-static table") : IsByHand(names[i]) ? ("P", ".advlib-static > *") : ("IMG", ".advlib-picture > *");
            ILocator picture = page["section"].Nth(i).Locator(what).First;
            await Assertions.Expect(picture).ToBeVisibleAsync();
            string found = await picture.EvaluateAsync<string>("element => element.matches('div') ? element.firstElementChild.tagName : element.tagName");
            Assert.Equal((names[i], kind), (names[i], found));
            Assert.True(kind != "IMG" || await picture.EvaluateAsync<bool>("image => image.complete && image.naturalWidth > 200"), names[i]);
        }

        page.NothingWentWrong(_address);
    }

    [Fact]
    public async Task Without_plotly_js_the_pictures_stay()
    {
        await using WatchedPage page = await Open(ChartPage.Exported([notebook.Html("sweep"), notebook.Html("confusion")]));
        Assert.Equal(2, await page[".advlib-static .advlib-picture > svg:visible"].CountAsync());
        page.NothingWentWrong(_address);
    }

    // As VS Code's dark theme has it; light text on dark also where the system's theme is light.
    private const string DarkHost = "<style>body { background: #1f1f1f; color: #cccccc; }</style>";

    [Fact]
    public async Task In_a_dark_theme_each_has_the_pages_colours_and_its_words_can_be_read()
    {
        string[] names = [.. ChartNotebook.Cells.Keys];
        await using WatchedPage page = await Open(ChartPage.Exported([.. names.Select(notebook.Html), notebook.Loader, DarkHost]));
        await AllAreDrawn(page, names.Length);
        string[] own = [.. names.Select(name => IsByHand(name) ? "" : name)];
        Assert.Equal("", await page.Page.EvaluateAsync<string>("""
            (names) => [...document.querySelectorAll('section')].slice(0, names.length).flatMap((section, i) => {
              if (!names[i]) return [];
              const back = getComputedStyle(section.querySelector('.js-plotly-plot .main-svg')).backgroundColor;
              const dark = [...section.querySelectorAll('.gtitle, .legendtext, .xtitle, .ytitle, .xtick text, .ytick text')].filter((text) => {
                const light = getComputedStyle(text).fill.match(/[\d.]+/g).map(Number);
                return 0.3 * light[0] + 0.59 * light[1] + 0.11 * light[2] < 128;
              });
              return [...(back === 'rgb(31, 31, 31)' ? [] : [back]), ...dark.map((text) => text.textContent)].map((wrong) => names[i] + ': ' + wrong);
            }).join('\n')
            """, own));
    }

    [Theory]
    [InlineData("minutes")]
    [InlineData("xplot-minutes")]
    public async Task A_logarithmic_axis_is_one_and_its_ticks_say_all_of_their_numbers(string name)
    {
        await using WatchedPage page = await Open(ChartPage.Exported([notebook.Loader, notebook.Html(name)]));
        await AllAreDrawn(page, 1);
        Assert.Equal(["0.5", "1", "2", "5", "10", "20", "50"], await page[".xtick text"].AllTextContentsAsync());
        double[] at = await page.Page.EvaluateAsync<double[]>("() => [...document.querySelectorAll('.scatterlayer .point')].map((point) => point.getBoundingClientRect().x)");
        Assert.Equal(3, at.Length);
        Assert.Equal(at[1] - at[0], at[2] - at[1], 0.5);
    }

    [Theory]
    [InlineData("confusion", "")]
    [InlineData("transfer", "")]
    [InlineData("xplot-confusion", "")]
    [InlineData("confusion", DarkHost)]
    public async Task Text_can_be_read_on_every_cell(string name, string host)
    {
        await using WatchedPage page = await Open(ChartPage.Exported([notebook.Loader, host, notebook.Html(name)]));
        await AllAreDrawn(page, 1);
        Assert.Equal("", await page.Page.EvaluateAsync<string>("""
            () => {
              const plot = document.querySelector('.js-plotly-plot'), wrong = [];
              const numbers = (colour) => (colour[0] === '#' ? [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)) : colour.match(/[\d.]+/g).map(Number));
              const light = (colour) => numbers(colour).slice(0, 3).map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
              const cells = plot.data[0];
              if (plot.layout.annotations.length !== cells.z.length * cells.z[0].length) wrong.push('not a text a cell');
              for (const text of plot.layout.annotations) {
                const [a, b] = [light(text.font.color), light(cells.colorscale[cells.z[text.y][text.x]][1])];
                const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                if (contrast < 4.5) wrong.push(text.text + ': ' + contrast);
              }
              return wrong.join('\n');
            }
            """));
    }

    // Words of one chart that lie over each other: title, legend, labels.
    private const string Overlaps = """
        () => {
          const wrong = [];
          for (const plot of document.querySelectorAll('.js-plotly-plot')) {
            const boxes = [...plot.querySelectorAll('.gtitle, .legendtext, .xtitle, .ytitle, .xtick text, .x2tick text')].map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() })).filter((word) => word.box.width > 0);
            // A chart of a width of its own is wider than its place, which scrolls.
            const room = plot.querySelector('.main-svg').getBoundingClientRect();
            for (const [i, a] of boxes.entries()) {
              if (a.box.left < room.left - 1 || a.box.right > room.right + 1 || a.box.top < room.top - 1 || a.box.bottom > room.bottom + 1) wrong.push('cut: ' + a.text);
              for (const b of boxes.slice(i + 1)) {
                if (a.box.left + 1 < b.box.right && b.box.left + 1 < a.box.right && a.box.top + 2 < b.box.bottom && b.box.top + 2 < a.box.bottom) wrong.push(a.text + ' over ' + b.text);
              }
            }
          }
          return wrong.join('\n');
        }
        """;

    private static bool IsByHand(string name) => name.EndsWith("by-hand", StringComparison.Ordinal);

    private string _address = "";

    private async Task AllAreDrawn(WatchedPage page, int count)
    {
        await Assertions.Expect(page[".advlib-chart[data-drawn]"]).ToHaveCountAsync(count);
        Assert.Equal(count, await page[".advlib-chart .js-plotly-plot .main-svg:first-of-type"].CountAsync());
        Assert.Equal(0, await page[".advlib-static:visible"].CountAsync());
        page.NothingWentWrong(_address);
    }

    private Task<WatchedPage> Open(string page, ColorScheme scheme = ColorScheme.Light, int width = 1024, bool scripts = true)
    {
        string file = Path.Combine(_folder.FullName, "charts.html");
        File.WriteAllText(file, page);
        _address = "file://" + file;
        return notebook.Open(_address, scheme, width, scripts);
    }

    [GeneratedRegex("(src|href)=\"(?!data:)[^\"]*\"|https?://(?!www\\.w3\\.org/)[^\"' ]*")]
    private static partial Regex Address();
}
