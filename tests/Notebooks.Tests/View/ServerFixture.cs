using AdvNotebooks.Cli.View;
using Microsoft.AspNetCore.Builder;

namespace AdvNotebooks.Tests.View;

/// <summary>The server of <c>advnb view</c> on a small run, on a port of its own.</summary>
public sealed class ServerFixture : IAsyncLifetime
{
    private WebApplication? _server;

    internal TempFolder Folder { get; } = new();

    internal HttpClient Client { get; } = new(new SocketsHttpHandler { MaxConnectionsPerServer = 8 });

    internal Uri Address { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        TestRun.Write(Folder);
        _server = ViewServer.Create(Folder.Path, port: 0);
        await _server.StartAsync(TestContext.Current.CancellationToken);
        Address = new Uri(ViewServer.AddressOf(_server));
        Client.BaseAddress = Address;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
        Folder.Dispose();
    }
}
