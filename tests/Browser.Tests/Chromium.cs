using AdvNotebooks.Cli.View;
using Microsoft.AspNetCore.Builder;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(AdvNotebooks.Tests.Chromium))]

namespace AdvNotebooks.Tests;

/// <summary>The system's Chromium, and the server of <c>advnb view</c> on a small trained run. Where there is no Chromium, tests are skipped.</summary>
public sealed class Chromium : IAsyncLifetime
{
    /// <summary>The environment variable that names another browser.</summary>
    private const string Variable = "ADVLIB_CHROMIUM";

    /// <summary>Milliseconds that a busy machine may take to show what is expected.</summary>
    internal const float Patience = 30_000;

    private static readonly string[] UsualPaths = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private WebApplication? _server;

    internal TempFolder Folder { get; } = new();

    internal string Address { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        string? program = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? Array.Find([named], File.Exists) : Array.Find(UsualPaths, File.Exists);
        if (program is null)
            return;
        TestRun.WriteTrained(Folder);
        _server = ViewServer.Create(Folder.Path, port: 0);
        await _server.StartAsync(TestContext.Current.CancellationToken);
        Address = ViewServer.AddressOf(_server);
        _playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout(Patience);
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Args = ["--no-sandbox", "--disable-gpu"] });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
        Folder.Dispose();
    }

    /// <summary>Opens a page in a profile of its own.</summary>
    internal async Task<WatchedPage> Open(string address, ColorScheme scheme = ColorScheme.Light, int width = 1200, int height = 900, bool touch = false, bool offline = false, bool scripts = true)
    {
        Assert.SkipWhen(_browser is null, "There is no Chromium: apt-get install chromium, or name another browser in " + Variable + ".");
        IBrowserContext context = await _browser!.NewContextAsync(new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = height }, HasTouch = touch, Offline = offline, JavaScriptEnabled = scripts, ReducedMotion = ReducedMotion.Reduce });
        var page = new WatchedPage(await context.NewPageAsync());
        await page.Page.GotoAsync(address);
        return page;
    }

    internal Task<WatchedPage> OpenReport(ColorScheme scheme = ColorScheme.Light, int width = 1200) => Open(Address + "/", scheme, width);

    internal async Task<WatchedPage> OpenPlayground(ColorScheme scheme = ColorScheme.Light, int width = 1200, bool touch = false)
    {
        WatchedPage page = await Open(Address + "/playground", scheme, width, touch: touch);
        await page.Page.Locator("body[data-ready]").WaitForAsync();
        return page;
    }
}
