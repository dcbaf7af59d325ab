using AdvNotebooks.Cli.Report;
using Microsoft.Playwright;

namespace AdvNotebooks.Tests;

/// <summary>The report in a real browser.</summary>
public sealed class ReportTests(Chromium chromium)
{
    private const int Phone = 360;

    [Theory]
    [InlineData(ColorScheme.Light, 1200)]
    [InlineData(ColorScheme.Dark, 1200)]
    [InlineData(ColorScheme.Light, Phone)]
    [InlineData(ColorScheme.Dark, Phone)]
    public async Task The_report_is_sound_in_both_schemes_on_wide_and_narrow_screens(ColorScheme scheme, int width)
    {
        await using WatchedPage page = await chromium.OpenReport(scheme, width);
        await page["#open-all"].ClickAsync();
        Assert.Equal(2, await page["details.notebook[open]"].CountAsync());
        Assert.Equal(1, await page[".advlib-explorer .advx-card"].CountAsync());
        await page.LooksSound();
        string ground = await page.Page.EvaluateAsync<string>("() => getComputedStyle(document.body).backgroundColor");
        Assert.Equal(scheme == ColorScheme.Dark ? "rgb(13, 17, 23)" : "rgb(246, 248, 250)", ground);
        await page.Screenshot($"report-{scheme}-{width}");
        page.NothingWentWrong(chromium.Address);
    }

    [Fact]
    public async Task The_file_alone_is_the_whole_report()
    {
        await using WatchedPage page = await chromium.Open(FileAddress());
        Assert.Equal("A run on synthetic digits", await page["h1"].InnerTextAsync());
        Assert.Equal(0, await page["a[href='/playground']"].CountAsync());
        page.NothingWentWrong(FileAddress());
    }

    [Fact]
    public async Task The_explorers_slider_changes_pictures_and_numbers()
    {
        await using WatchedPage page = await chromium.OpenReport();
        ILocator slider = page[".advlib-explorer input[type=range]"];
        await slider.FocusAsync();
        await page.Page.Keyboard.PressAsync("Home");
        (string clean, string numbers) = await Seen();
        await page.Page.Keyboard.PressAsync("End");
        (string attacked, string then) = await Seen();
        Assert.NotEqual(clean, attacked);
        Assert.NotEqual(numbers, then);
        Assert.Contains("0.3", await slider.GetAttributeAsync("aria-valuetext"), StringComparison.Ordinal);
        await page.Page.Keyboard.PressAsync("Home");
        Assert.Equal((clean, numbers), await Seen());
        page.NothingWentWrong(chromium.Address);

        async Task<(string Picture, string Numbers)> Seen() =>
            ((await page[".advx-card .advx-model img"].First.GetAttributeAsync("src"))!, string.Concat(await page[".advx-card .advx-bars"].AllInnerTextsAsync()));
    }

    [Fact]
    public async Task Keys_alone_open_notebooks_and_code()
    {
        await using WatchedPage page = await chromium.OpenReport();
        ILocator notebook = page["details.notebook"].First;
        await notebook.Locator("summary").First.FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        Assert.True(await notebook.EvaluateAsync<bool>("notebook => notebook.open"));
        await page.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("the next", await Focused());
        await page.Page.Keyboard.PressAsync("Enter");
        await page["#notebook-02-baseline-training[open]"].WaitForAsync();
        await notebook.Locator(".code summary").First.FocusAsync();
        await page.Page.Keyboard.PressAsync("Space");
        await Assertions.Expect(notebook.Locator(".code pre").First).ToBeVisibleAsync();
        page.NothingWentWrong(chromium.Address);

        Task<string> Focused() => page.Page.EvaluateAsync<string>("() => document.activeElement.textContent");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_frame_is_as_tall_as_what_is_in_it(bool served)
    {
        await using WatchedPage page = served ? await chromium.OpenReport() : await chromium.Open(FileAddress());
        await page["details.notebook summary"].First.ClickAsync();
        ILocator frame = page["iframe.output"];
        await Assertions.Expect(frame.ContentFrame.Locator("#framed")).ToHaveTextAsync("framed");
        LocatorBoundingBoxResult box = (await frame.BoundingBoxAsync())!;
        Assert.InRange(box.Height, 400, 520);
        page.NothingWentWrong(served ? chromium.Address : FileAddress());
    }

    [Fact]
    public async Task A_hostile_notebook_runs_nothing_and_fetches_nothing()
    {
        using var folder = new TempFolder();
        TestRun.Write(folder);
        TestRun.WriteHostile(folder);
        string file = folder.Write("report.html", new RunReportFiles(folder.Path).Create());
        await using WatchedPage page = await chromium.Open("file://" + file);
        await page["#open-all"].ClickAsync();
        await Assertions.Expect(page["#notebook-hostile iframe.output"].First.ContentFrame.GetByText("shown")).ToBeVisibleAsync();
        Assert.Equal(2, await page["#notebook-hostile iframe.output"].CountAsync());
        Assert.Equal("A run on synthetic digits", await page.Page.TitleAsync());
        Assert.False(await page.Page.EvaluateAsync<bool>("() => 'hacked' in window"));
        Assert.Equal(0, await page["#notebook-hostile .prose a"].CountAsync());
        Assert.Empty(page.Outside("file://" + file));
    }

    // The report as a file, written once.
    private string FileAddress()
    {
        string file = chromium.Folder.File("report.html");
        if (chromium.Address.Length > 0 && !File.Exists(file))
            chromium.Folder.Write("report.html", new RunReportFiles(chromium.Folder.Path).Create());
        return "file://" + file;
    }
}
