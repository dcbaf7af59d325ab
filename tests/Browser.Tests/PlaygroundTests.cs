using System.Globalization;
using Microsoft.Playwright;

namespace AdvNotebooks.Tests;

/// <summary>The playground in a real browser.</summary>
public sealed class PlaygroundTests(Chromium chromium)
{
    private const int Phone = 360;

    [Theory]
    [InlineData(ColorScheme.Light, 1200)]
    [InlineData(ColorScheme.Dark, 1200)]
    [InlineData(ColorScheme.Light, Phone)]
    [InlineData(ColorScheme.Dark, Phone)]
    public async Task The_playground_is_sound_in_both_schemes_on_wide_and_narrow_screens(ColorScheme scheme, int width)
    {
        await using WatchedPage page = await chromium.OpenPlayground(scheme, width);
        await Assertions.Expect(page["#verdict"]).ToContainTextAsync("reads this 0 as");
        await page.LooksSound();
        await page.Screenshot($"playground-{scheme}-{width}");
        page.NothingWentWrong(chromium.Address);
    }

    [Fact]
    public async Task A_drawn_1_and_a_drawn_0_are_read_as_such()
    {
        await using WatchedPage page = await chromium.OpenPlayground();
        await page["#epsilon"].FillAsync("0");
        await page["#clear"].ClickAsync();
        await Assertions.Expect(page["#verdict"]).ToHaveTextAsync("Nothing yet: draw a digit.");
        await Draw(page, Enumerable.Range(0, 20).Select(i => (0.55 - 0.005 * i, 0.15 + 0.035 * i)));
        await Assertions.Expect(page["#verdict"]).ToContainTextAsync("reads your drawing as 1");
        await Assertions.Expect(page["#clean-says"]).ToContainTextAsync("1 – ");
        await page.Screenshot("playground-drawn");

        await page["#clear"].ClickAsync();
        await Draw(page, Enumerable.Range(0, 41).Select(i => (0.5 + 0.22 * Math.Sin(i * Math.PI / 20), 0.5 - 0.33 * Math.Cos(i * Math.PI / 20))));
        await Assertions.Expect(page["#verdict"]).ToContainTextAsync("reads your drawing as 0");
        Assert.Equal(100, (await Column(page, 2)).Sum(), 0.6);
        page.NothingWentWrong(chromium.Address);
    }

    [Fact]
    public async Task A_finger_draws_as_a_mouse_does()
    {
        await using WatchedPage page = await chromium.OpenPlayground(width: Phone, touch: true);
        await page["#pad"].TapAsync();
        await Assertions.Expect(page["#verdict"]).ToContainTextAsync("reads your drawing as");
        page.NothingWentWrong(chromium.Address);
    }

    [Fact]
    public async Task Epsilon_attack_and_network_change_the_picture_and_the_numbers()
    {
        await using WatchedPage page = await chromium.OpenPlayground();
        await page["#epsilon"].FillAsync("0");
        await Assertions.Expect(page["#scale"]).ToHaveTextAsync("none");
        Assert.Equal(await Column(page, 2), await Column(page, 3));
        string clean = await Picture(page);

        await page["#epsilon"].FillAsync("0.4");
        await Assertions.Expect(page["#scale"]).ToContainTextAsync("0.400");
        string attacked = await Picture(page);
        Assert.NotEqual(clean, attacked);
        Assert.NotEqual(await Column(page, 2), await Column(page, 3));

        await page["#attack"].SelectOptionAsync("pgd");
        await Assertions.Expect(page["#timing"]).ToContainTextAsync("PGD-40 eps 0.4");
        await Assertions.Expect(page["#attack-about"]).ToContainTextAsync("Forty steps");
        string pgd = await Picture(page);
        Assert.NotEqual(attacked, pgd);

        await page.Page.GetByLabel("defended (mixed batches)").CheckAsync();
        await Assertions.Expect(page["#verdict"]).ToContainTextAsync("The defended (mixed batches) network");
        Assert.NotEqual(pgd, await Picture(page));
        page.NothingWentWrong(chromium.Address);
    }

    [Fact]
    public async Task Keys_alone_choose_draw_and_attack()
    {
        await using WatchedPage page = await chromium.OpenPlayground();
        IKeyboard keys = page.Page.Keyboard;
        await Tab("pad");
        await keys.PressAsync("Delete");
        await Assertions.Expect(page["#pen"]).ToBeVisibleAsync();
        await keys.PressAsync("Space");
        await Assertions.Expect(page["#pen-state"]).ToHaveTextAsync("pen down");
        for (int i = 0; i < 12; i++)
            await keys.PressAsync("ArrowDown");
        await keys.PressAsync("Space");
        await Assertions.Expect(page["#pen-state"]).ToHaveTextAsync("pen up");
        await Assertions.Expect(page["#verdict"]).ToContainTextAsync("reads your drawing as 1");

        await Tab("clear");
        await keys.PressAsync("Enter");
        await Assertions.Expect(page["#verdict"]).ToHaveTextAsync("Nothing yet: draw a digit.");
        await Tab("sample");
        await keys.PressAsync("ArrowRight");
        await Assertions.Expect(page["#verdict"]).ToContainTextAsync("reads this ");
        await Tab("network");
        await keys.PressAsync("ArrowDown");
        await Assertions.Expect(page["#verdict"]).ToContainTextAsync("The defended (mixed batches) network");
        await Tab("attack");
        await keys.PressAsync("ArrowDown");
        await Assertions.Expect(page["#timing"]).ToContainTextAsync("cross-entropy");
        await Tab("epsilon");
        await keys.PressAsync("End");
        await Assertions.Expect(page["#epsilon-value"]).ToHaveTextAsync("0.500");
        await Assertions.Expect(page["#scale"]).ToContainTextAsync("0.500");
        page.NothingWentWrong(chromium.Address);

        // No trap: Tab alone comes to every control.
        async Task Tab(string to)
        {
            for (int i = 0; i < 20; i++)
            {
                await keys.PressAsync("Tab");
                if (await page.Page.EvaluateAsync<string>("() => document.activeElement.name || document.activeElement.id") == to)
                    return;
            }

            Assert.Fail($"Tab does not come to {to}.");
        }
    }

    [Fact]
    public async Task Where_there_are_no_weights_it_says_which_notebook_to_run()
    {
        await using WatchedPage page = await chromium.Open("about:blank");
        using var folder = new TempFolder();
        TestRun.WriteRecord(folder);
        await using var server = Cli.View.ViewServer.Create(folder.Path, port: 0);
        await server.StartAsync(TestContext.Current.CancellationToken);
        await page.Page.GotoAsync(Cli.View.ViewServer.AddressOf(server) + "/playground");
        await Assertions.Expect(page["#notice"]).ToContainTextAsync("Run 02-baseline-training first.");
        await page.LooksSound();
        await page.Screenshot("playground-no-weights");
    }

    private static async Task Draw(WatchedPage page, IEnumerable<(double X, double Y)> stroke)
    {
        LocatorBoundingBoxResult pad = (await page["#pad"].BoundingBoxAsync())!;
        bool down = false;
        foreach ((double x, double y) in stroke)
        {
            await page.Page.Mouse.MoveAsync((float)(pad.X + x * pad.Width), (float)(pad.Y + y * pad.Height));
            if (!down)
                await page.Page.Mouse.DownAsync();
            down = true;
        }

        await page.Page.Mouse.UpAsync();
    }

    private static Task<string> Picture(WatchedPage page) => page["#adversary"].EvaluateAsync<string>("canvas => canvas.toDataURL()");

    private static async Task<double[]> Column(WatchedPage page, int column)
    {
        IReadOnlyList<string> texts = await page[$"#bars tr > :nth-child({column + 1})"].AllInnerTextsAsync();
        return [.. texts.Select(text => double.Parse(text.TrimEnd('%'), CultureInfo.InvariantCulture))];
    }
}
