using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AdvLib.Tests;

/// <summary>A mirror on this machine that misbehaves as a test tells it: one request a connection, answered in raw bytes.</summary>
internal sealed class TestServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Request, Task> _answer;

    public TestServer(Func<Request, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture)}/");
        _ = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>What was asked, as <c>path</c> or <c>path from N</c>.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
                string path = (await reader.ReadLineAsync(_stop.Token))!.Split(' ')[1];
                long from = 0;
                while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } header)
                {
                    if (header.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase))
                        from = long.Parse(header[13..].TrimEnd('-'), CultureInfo.InvariantCulture);
                }

                Asked.Enqueue(from == 0 ? path : string.Create(CultureInfo.InvariantCulture, $"{path} from {from}"));
                await _answer(new Request(path, from, stream, _stop.Token));
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // The client went away, or the test is over.
            }
        }
    }

    /// <summary>A request and ways to answer it. The connection ends with the answer.</summary>
    public sealed record Request(string Path, long From, NetworkStream Stream, CancellationToken Stop)
    {
        public async Task Head(string status, params string[] headers) =>
            await Stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\n{string.Concat(headers.Select(header => header + "\r\n"))}Connection: close\r\n\r\n"), Stop);

        /// <summary>Sends a file, or its rest; only up to a place when told, as if the line broke there.</summary>
        public async Task File(byte[] content, bool knowsParts = true, int breaksAt = int.MaxValue)
        {
            int from = knowsParts ? (int)From : 0;
            if (from > 0)
                await Head("206 Partial Content", $"Content-Length: {content.Length - from}", $"Content-Range: bytes {from}-{content.Length - 1}/{content.Length}");
            else
                await Head("200 OK", $"Content-Length: {content.Length}");
            if (breaksAt > from)
                await Stream.WriteAsync(content.AsMemory(from, Math.Min(breaksAt, content.Length) - from), Stop);
        }

        public Task Silence() => Task.Delay(Timeout.Infinite, Stop);
    }
}
