using System.Globalization;
using AdvNotebooks.Benchmarks;
using AdvNotebooks.Cli.Report;
using AdvNotebooks.Cli.View;
using Microsoft.AspNetCore.Builder;

namespace AdvNotebooks.Cli.Commands;

/// <summary>Serves a playground on the recipe's network with its first weights, and has its requests timed.</summary>
internal static class BenchPlayground
{
    private const int Digits = 100;
    private const ulong Seed = 42;
    private const float Epsilon = 0.1f;

    /// <summary>Measures.</summary>
    /// <param name="count">Requests of each attack.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>The figures.</returns>
    public static async Task<IBenchmarkReport> RunAsync(int count, CancellationToken cancellation)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("advnb-");
        try
        {
            ImageSet digits = Dataset.Load(Dataset.Synthetic, 1, Digits, Seed).Test;
            INetwork network = SimpleCnn.Create(digits.Shape, digits.Classes, Seed);
            network.Save(RunNetwork.Baseline.PathIn(folder.FullName));
            await using WebApplication server = ViewServer.Create(() => "", new Playground(folder.FullName, digits), port: 0);
            await server.StartAsync(cancellation);
            return await RequestBenchmark.RunAsync(
                $"A drawing sent over HTTP, placed, read, attacked, and answered; {network.Engine}, one thread",
                network.Engine,
                new Uri(new Uri(ViewServer.AddressOf(server)), "/api/attack"),
                PlaygroundAttack.All.Select(attack => (attack.Key, attack.Name, Json(attack))),
                count,
                cancellation);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // A drawing that is grey all over is the longest there is.
    private static string Json(PlaygroundAttack attack)
    {
        IEnumerable<string> pixels = Enumerable.Range(0, DrawnDigit.Side * DrawnDigit.Side)
            .Select(i => (0.1 + 0.001 * (i % 800)).ToString("0.000", CultureInfo.InvariantCulture));
        return string.Create(CultureInfo.InvariantCulture,
            $"{{\"network\":\"{RunNetwork.Baseline.Key}\",\"attack\":\"{attack.Key}\",\"epsilon\":{Epsilon},"
            + $"\"drawing\":[{string.Join(',', pixels)}]}}");
    }
}
