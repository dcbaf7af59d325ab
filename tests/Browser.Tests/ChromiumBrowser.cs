using Microsoft.Playwright;

namespace AdvNotebooks.Tests;

/// <summary>The system's Chromium, without a window. Where there is none, tests are skipped.</summary>
internal sealed class ChromiumBrowser : IAsyncDisposable
{
    /// <summary>Milliseconds that a busy machine may take to show what is expected.</summary>
    internal const float Patience = 30_000;

    // The environment variable that names another browser.
    private const string Variable = "ADVLIB_CHROMIUM";

    private static readonly string[] UsualPaths = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>The browser's program; null where there is none.</summary>
    public static string? Program => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? Array.Find([named], File.Exists) : Array.Find(UsualPaths, File.Exists);

    /// <summary>Starts the browser, where there is one.</summary>
    public async Task StartAsync()
    {
        if (Program is not { } program)
            return;
        _playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout(Patience);
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Args = ["--no-sandbox", "--disable-gpu"] });
    }

    /// <summary>Opens a page in a profile of its own, with a network or without.</summary>
    public async Task<WatchedPage> Open(string address, ColorScheme scheme, int width, int height = 900, bool touch = false, bool offline = false, bool scripts = true)
    {
        Assert.SkipWhen(_browser is null, "There is no Chromium: apt-get install chromium, or name another browser in " + Variable + ".");
        IBrowserContext context = await _browser!.NewContextAsync(new()
        {
            ColorScheme = scheme,
            ViewportSize = new() { Width = width, Height = height },
            HasTouch = touch,
            Offline = offline,
            JavaScriptEnabled = scripts,
            ReducedMotion = ReducedMotion.Reduce,
        });
        var page = new WatchedPage(await context.NewPageAsync());
        await page.Page.GotoAsync(address);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
