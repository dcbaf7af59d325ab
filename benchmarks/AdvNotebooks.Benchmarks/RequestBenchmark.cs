using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;

namespace AdvNotebooks.Benchmarks;

/// <summary>Times requests to a server as a browser sends them.</summary>
public static class RequestBenchmark
{
    private const int WarmRequests = 20;

    /// <summary>Measures.</summary>
    /// <param name="title">What is asked, and of what.</param>
    /// <param name="engine">The engine behind the server.</param>
    /// <param name="address">Where requests are sent.</param>
    /// <param name="requests">The requests, each in JSON with its key and its name for readers.</param>
    /// <param name="count">Times to send each, at least 1.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>The figures.</returns>
    /// <exception cref="HttpRequestException">The server refused a request.</exception>
    public static async Task<IBenchmarkReport> RunAsync(
        string title, string engine, Uri address, IEnumerable<(string Key, string Name, string Json)> requests, int count, CancellationToken cancellation)
    {
        using var client = new HttpClient();
        var measured = new List<(string, string, Measure)>();
        foreach ((string key, string name, string json) in requests)
            measured.Add((key, name, Measure.Of(await TimeAsync(client, address, Encoding.UTF8.GetBytes(json), count, cancellation))));
        return new RequestReport(title, engine, measured);
    }

    private static async Task<double[]> TimeAsync(HttpClient client, Uri address, byte[] body, int count, CancellationToken cancellation)
    {
        var milliseconds = new double[count];
        for (int i = -WarmRequests; i < count; i++)
        {
            long start = Stopwatch.GetTimestamp();
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using HttpResponseMessage response = await client.PostAsync(address, content, cancellation);
            response.EnsureSuccessStatusCode();
            await response.Content.ReadAsByteArrayAsync(cancellation);
            if (i >= 0)
                milliseconds[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        return milliseconds;
    }
}
