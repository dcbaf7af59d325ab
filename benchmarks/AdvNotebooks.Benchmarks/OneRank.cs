namespace AdvNotebooks.Benchmarks;

/// <summary>One rank of a job that <see cref="BenchmarkKind.Mpi"/> starts.</summary>
public static class OneRank
{
    /// <summary>The command that a rank is started with; threads, images of a step and steps follow.</summary>
    public const string Command = "bench-ranks";

    private const int Images = 20_000;
    private const int SmallRow = 64;

    // Steps on the first batches, which make room.
    private const int FirstSteps = 5;

    // Values that the recipe's network trains.
    private const int Gradients = 422_090;

    /// <summary>Trains as one rank of the job, or alone where no job was launched; the first rank prints the figures as a line of JSON.</summary>
    /// <param name="threads">Threads of this rank.</param>
    /// <param name="batch">Images of a step, on all ranks together.</param>
    /// <param name="steps">Steps to time, each kind.</param>
    public static void Run(int threads, int batch, int steps)
    {
        using MpiJob? job = MpiJob.IsLaunched ? MpiJob.Start() : null;
        Sequential network = BenchmarkData.Network(threads);
        MpiRanks? ranks = job is null ? null : new MpiRanks(job);
        TimedRanks? timed = ranks is null ? null : new TimedRanks(ranks);
        INetwork model = timed is null ? network : new RankedNetwork(network, timed);
        ImageSet train = BenchmarkData.Random(Images, BenchmarkData.Seed);
        Share share = job?.Share ?? Share.Whole;
        var optimizer = new Adam();
        var shuffled = new ShuffledBatches(train, batch, BenchmarkData.Seed) { Share = share };
        var mixed = new MixedAdversarialBatches(model, train, batch, BenchmarkData.Epsilon) { Share = share };

        // Small batches, so that there are many steps, which is what makes the runtime compile again.
        var small = new MixedAdversarialBatches(model, train, BenchmarkData.BatchSize, BenchmarkData.Epsilon) { Share = share };
        WarmUp.Run(WarmUp.OneCore, () => BenchmarkData.Step(model, small, optimizer), job);
        EngineBenchmark.Time(0, FirstSteps, () => BenchmarkData.Step(model, shuffled, optimizer));
        (double milliseconds, int calls, long bytes) = (timed?.Milliseconds ?? 0, timed?.Calls ?? 0, ranks?.Received ?? 0);
        double[] trained = EngineBenchmark.Time(0, steps, () => BenchmarkData.Step(model, shuffled, optimizer));
        var figures = new RankFigures(
            job?.Version ?? "", share.Ranks, threads, batch, Measure.Of(trained).Median, 0,
            ((timed?.Milliseconds ?? 0) - milliseconds) / steps, ((timed?.Calls ?? 0) - calls) / (double)steps, ((ranks?.Received ?? 0) - bytes) / (double)steps, 0, 0);
        double[] mix = EngineBenchmark.Time(FirstSteps, steps, () => BenchmarkData.Step(model, mixed, optimizer));
        figures = figures with { MixedMilliseconds = Measure.Of(mix).Median };
        if (ranks is not null)
        {
            var rows = new float[SmallRow * share.Ranks];
            var gradients = new byte[sizeof(float) * Gradients];
            figures = figures with
            {
                SmallMicroseconds = 1e3 * Measure.Of(EngineBenchmark.Time(steps, steps, () => ranks.Gather(rows, SmallRow))).Median,
                BroadcastMicroseconds = 1e3 * Measure.Of(EngineBenchmark.Time(10, steps, () => ranks.Broadcast(gradients, rank: 0))).Median,
            };
        }

        if (share.Rank == 0)
            Console.WriteLine(figures.ToJson());
    }
}
