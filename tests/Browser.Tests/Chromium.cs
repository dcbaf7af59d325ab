using AdvNotebooks.Cli.View;
using Microsoft.AspNetCore.Builder;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(AdvNotebooks.Tests.Chromium))]

namespace AdvNotebooks.Tests;

/// <summary>The system's Chromium, and the server of <c>advnb view</c> on a small trained run. Where there is no Chromium, tests are skipped.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private readonly ChromiumBrowser _browser = new();
    private WebApplication? _server;

    internal TempFolder Folder { get; } = new();

    internal string Address { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        if (ChromiumBrowser.Program is null)
            return;
        TestRun.WriteTrained(Folder);
        _server = ViewServer.Create(Folder.Path, port: 0);
        await _server.StartAsync(TestContext.Current.CancellationToken);
        Address = ViewServer.AddressOf(_server);
        await _browser.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
        Folder.Dispose();
    }

    /// <summary>Opens a page in a profile of its own.</summary>
    internal Task<WatchedPage> Open(string address, ColorScheme scheme = ColorScheme.Light, int width = 1200, bool touch = false) => _browser.Open(address, scheme, width, touch: touch);

    internal Task<WatchedPage> OpenReport(ColorScheme scheme = ColorScheme.Light, int width = 1200) => Open(Address + "/", scheme, width);

    internal async Task<WatchedPage> OpenPlayground(ColorScheme scheme = ColorScheme.Light, int width = 1200, bool touch = false)
    {
        WatchedPage page = await Open(Address + "/playground", scheme, width, touch: touch);
        await page.Page.Locator("body[data-ready]").WaitForAsync();
        return page;
    }
}
