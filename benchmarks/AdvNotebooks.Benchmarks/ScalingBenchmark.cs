namespace AdvNotebooks.Benchmarks;

/// <summary>Times a training step on more and more threads, and passes over more and more images.</summary>
internal static class ScalingBenchmark
{
    private const int WarmSteps = 30;

    // Rounds that take turns, so that what else the machine does slows every number of threads.
    private const int Rounds = 5;

    private static readonly int[] Sizes = [1_000, 3_000, 10_000, 30_000, 60_000];

    /// <summary>Measures.</summary>
    /// <param name="threads">Most threads.</param>
    /// <param name="steps">Steps to time on each number of threads.</param>
    /// <param name="images">Most images.</param>
    /// <param name="report">Told what is being timed.</param>
    /// <returns>The figures.</returns>
    public static ScalingReport Run(int threads, int steps, int images, Action<string> report)
    {
        ImageSet train = BenchmarkData.Random(images, seed: 42);
        int[] counts = [.. Enumerable.Range(1, threads).Where(count => int.IsPow2(count) || count == threads)];
        Sequential[] models = [.. counts.Select(BenchmarkData.Network)];
        return new ScalingReport(models[0].Engine, Machine.Processor, [.. counts.Zip(Steps(models, train, steps, report))], Passes(models[^1], train, report));
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

    // Small sets are passed over again and again, so that each size's time is that of about as many images.
    private static List<(int Images, double TrainMilliseconds, double EvaluationMilliseconds)> Passes(Sequential model, ImageSet train, Action<string> report)
    {
        var passes = new List<(int, double, double)>();
        var optimizer = new Adam();
        foreach (int size in Sizes.Where(size => size < train.Count).Append(train.Count))
        {
            report($"passes over {size} images");
            ImageSet some = train.Take(size);
            var batches = new ShuffledBatches(some, Math.Min(BenchmarkData.BatchSize, size), BenchmarkData.Seed);
            void Epoch()
            {
                for (int step = 0; step < batches.BatchesPerEpoch; step++)
                    BenchmarkData.Step(model, batches, optimizer);
            }

            int count = train.Count / size;
            double[] trained = EngineBenchmark.Time(0, count, Epoch);
            double[] evaluated = EngineBenchmark.Time(0, count, () => Evaluation.Of(model, some));
            passes.Add((size, Measure.Of(trained).Median, Measure.Of(evaluated).Median));
        }

        return passes;
    }
}
