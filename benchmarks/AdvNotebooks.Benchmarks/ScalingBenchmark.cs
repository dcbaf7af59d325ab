using AdvLib.Numerics;

namespace AdvNotebooks.Benchmarks;

/// <summary>Times a training step on more and more threads, passes over more and more images, and steps of larger networks.</summary>
internal static class ScalingBenchmark
{
    private const int WarmSteps = 30;

    // Rounds that take turns, so that what else the machine does slows every number of threads.
    private const int Rounds = 5;

    private static readonly int[] Sizes = [1_000, 3_000, 10_000, 30_000, 60_000, 200_000];

    /// <summary>Measures.</summary>
    /// <param name="threads">Most threads.</param>
    /// <param name="steps">Steps to time on each number of threads.</param>
    /// <param name="images">Most images.</param>
    /// <param name="report">Told what is being timed.</param>
    /// <returns>The figures.</returns>
    public static ScalingReport Run(int threads, int steps, int images, Action<string> report)
    {
        var team = new ThreadTeam(threads);
        double peak = PeakThroughput.Gigaflops(team);
        ImageSet train = BenchmarkData.Random(Math.Min(images, BenchmarkData.TrainCount), BenchmarkData.Seed);
        int[] counts = [.. Enumerable.Range(1, threads).Where(count => int.IsPow2(count) || count == threads)];
        Sequential[] models = [.. counts.Select(BenchmarkData.Network)];
        (int, Measure)[] byThreads = [.. counts.Zip(Steps(models, train, steps, report))];
        IReadOnlyList<LargerWork> larger = LargerWork.Measured(team, steps, report);
        List<ImagePass> passes = Passes(models[^1], images, report);
        peak = Math.Max(peak, PeakThroughput.Gigaflops(team));
        return new ScalingReport(models[0].Engine, Machine.Processor, byThreads, passes, larger, peak);
    }

    private static IEnumerable<Measure> Steps(Sequential[] models, ImageSet train, int steps, Action<string> report)
    {
        var times = models.Select(_ => new List<double>()).ToArray();
        Action[] work = [.. models.Select(model => Stepper(model, train))];
        for (int round = 0; round < Rounds; round++)
        {
            report($"steps, round {round + 1}/{Rounds}");
            for (int m = 0; m < models.Length; m++)
                times[m].AddRange(EngineBenchmark.Time(Math.Min(WarmSteps, steps), (steps + Rounds - 1) / Rounds, work[m]));
        }

        return times.Select(samples => Measure.Of([.. samples]));
    }

    private static Action Stepper(Sequential model, ImageSet train)
    {
        var optimizer = new Adam();
        var batches = new ShuffledBatches(train, Math.Min(BenchmarkData.BatchSize, train.Count), BenchmarkData.Seed);
        return () => BenchmarkData.Step(model, batches, optimizer);
    }

    private static List<ImagePass> Passes(Sequential model, int images, Action<string> report)
    {
        var passes = new List<ImagePass>();
        var optimizer = new Adam();
        foreach (int size in Sizes.Where(size => size < images).Append(images))
        {
            report($"passes over {size} images");
            passes.Add(Pass(model, optimizer, size, images));
        }

        return passes;
    }

    // Small sets are passed over again and again, so that each size's time is that of about as many images. A method of its own: what the
    // last size held is gone when this one begins.
    private static ImagePass Pass(Sequential model, Adam optimizer, int size, int images)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        ImageSet some = BenchmarkData.Random(size, BenchmarkData.Seed);
        var batches = new ShuffledBatches(some, Math.Min(BenchmarkData.BatchSize, size), BenchmarkData.Seed);
        void Epoch()
        {
            for (int step = 0; step < batches.BatchesPerEpoch; step++)
                BenchmarkData.Step(model, batches, optimizer);
        }

        int count = Math.Max(1, Math.Min(images, BenchmarkData.TrainCount) / size);
        double[] trained = EngineBenchmark.Time(0, count, Epoch);
        double[] evaluated = EngineBenchmark.Time(0, count, () => Evaluation.Of(model, some));
        long held = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(batches);
        return new ImagePass(size, Measure.Of(trained).Median, Measure.Of(evaluated).Median, held);
    }
}
