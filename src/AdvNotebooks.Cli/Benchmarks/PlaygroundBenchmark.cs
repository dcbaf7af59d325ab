using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using AdvNotebooks.Cli.Report;
using AdvNotebooks.Cli.View;
using Microsoft.AspNetCore.Builder;

namespace AdvNotebooks.Cli.Benchmarks;

/// <summary>Times requests to the playground as a browser sends them, on the recipe's network with its first weights.</summary>
internal static class PlaygroundBenchmark
{
    private const int WarmRequests = 20;
    private const int Images = 100;

    /// <summary>Measures.</summary>
    /// <param name="requests">Requests to time, each attack.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>The figures.</returns>
    public static async Task<PlaygroundReport> RunAsync(int requests, CancellationToken cancellation)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("advnb-");
        try
        {
            Sequential network = BenchmarkData.Network(threads: 1);
            network.Save(RunNetwork.Baseline.PathIn(folder.FullName));
            var playground = new Playground(folder.FullName, BenchmarkData.Random(Images, BenchmarkData.Seed));
            await using WebApplication server = ViewServer.Create(() => "", playground, port: 0);
            await server.StartAsync(cancellation);
            using var client = new HttpClient { BaseAddress = new Uri(ViewServer.AddressOf(server)) };
            var measured = new List<(string, string, Measure)>();
            foreach (PlaygroundAttack attack in PlaygroundAttack.All)
                measured.Add((attack.Key, attack.Name, Measure.Of(await TimeAsync(client, attack, requests, cancellation))));
            return new PlaygroundReport(network.Engine, measured);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<double[]> TimeAsync(HttpClient client, PlaygroundAttack attack, int requests, CancellationToken cancellation)
    {
        byte[] body = Encoding.UTF8.GetBytes(Body(attack));
        var milliseconds = new double[requests];
        for (int i = -WarmRequests; i < requests; i++)
        {
            long start = Stopwatch.GetTimestamp();
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using HttpResponseMessage response = await client.PostAsync("/api/attack", content, cancellation);
            response.EnsureSuccessStatusCode();
            await response.Content.ReadAsByteArrayAsync(cancellation);
            if (i >= 0)
                milliseconds[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        return milliseconds;
    }

    // A drawing that is grey all over is the longest there is.
    private static string Body(PlaygroundAttack attack)
    {
        IEnumerable<string> pixels = Enumerable.Range(0, DrawnDigit.Side * DrawnDigit.Side).Select(i => (0.1 + 0.001 * (i % 800)).ToString("0.000", CultureInfo.InvariantCulture));
        return FormattableString.Invariant($"{{\"network\":\"{RunNetwork.Baseline.Key}\",\"attack\":\"{attack.Key}\",\"epsilon\":{BenchmarkData.Epsilon},\"drawing\":[{string.Join(',', pixels)}]}}");
    }
}
