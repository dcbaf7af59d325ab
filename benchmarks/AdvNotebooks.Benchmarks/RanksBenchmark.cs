using System.Globalization;

namespace AdvNotebooks.Benchmarks;

/// <summary>Times training on several ranks of this machine against one process, and what a rank computes in larger jobs.</summary>
/// <param name="host">The program that ranks are started as.</param>
/// <param name="steps">Steps to time, each kind.</param>
internal sealed class RanksBenchmark(BenchmarkHost host, int steps)
{
    private const int Rounds = 5;

    // A step on sixteen times as many images takes sixteen times as long, and needs to be timed less often.
    private const int LeastSteps = 40;

    // Ranks, threads of each, images of a step.
    private static readonly (int Ranks, int Threads, int Batch)[] Jobs =
        [(1, 1, 64), (1, 2, 64), (2, 1, 64), (1, 1, 256), (1, 2, 256), (2, 1, 256), (1, 1, 1024), (1, 2, 1024), (2, 1, 1024), (2, 1, 128)];

    /// <summary>Measures. Jobs take turns, so that what else the machine does slows them all.</summary>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>The figures.</returns>
    /// <exception cref="BenchmarkException">A job does not start, or fails.</exception>
    public async Task<RanksReport> RunAsync(CancellationToken cancellation)
    {
        var rounds = new List<IReadOnlyList<RankFigures>>();
        for (int round = 1; round <= Rounds; round++)
        {
            host.Report(string.Create(CultureInfo.InvariantCulture, $"round {round}/{Rounds}"));
            var figures = new List<RankFigures>();
            foreach ((int ranks, int threads, int batch) in Jobs)
                figures.Add(await RunAsync(ranks, threads, batch, cancellation));
            rounds.Add(figures);
        }

        host.Report("ranks of larger jobs");
        return new RanksReport(Machine.Processor, rounds, [.. ScalingModel.Jobs.Select(job => Compute(job.Ranks, job.Batch))]);
    }

    // A step of one rank of so many, on one thread, without what it would wait for.
    private SimulatedRank Compute(int ranks, int batch)
    {
        var others = new SimulatedRanks(ranks);
        var model = new RankedNetwork(BenchmarkData.Network(threads: 1), others);
        var optimizer = new Adam();
        var batches = new ShuffledBatches(BenchmarkData.Random(Math.Max(batch, 4096), BenchmarkData.Seed), batch, BenchmarkData.Seed) { Share = others.Share };
        int count = Math.Clamp(steps * 64 * ranks / batch / 2, Math.Min(5, steps), steps);
        WarmUp.Run(WarmUp.SeveralCores, () => BenchmarkData.Step(model, batches, optimizer));
        double before = others.ChainMilliseconds;
        double[] times = EngineBenchmark.Time(0, count, () => BenchmarkData.Step(model, batches, optimizer));
        return new SimulatedRank(ranks, batch, Measure.Of(times).Median, (others.ChainMilliseconds - before) / count);
    }

    private async Task<RankFigures> RunAsync(int ranks, int threads, int batch, CancellationToken cancellation)
    {
        string[] numbers = [.. ((int[])[threads, batch, Math.Clamp(steps * 64 / batch, Math.Min(LeastSteps, steps), steps)]).Select(number => number.ToString(CultureInfo.InvariantCulture))];
        return RankFigures.Parse(await new RankedJob(host).RunAsync(ranks, [OneRank.Command, .. numbers], cancellation));
    }
}
