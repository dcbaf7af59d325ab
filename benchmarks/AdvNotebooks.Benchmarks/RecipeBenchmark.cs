using System.Diagnostics;
using System.Globalization;

namespace AdvNotebooks.Benchmarks;

/// <summary>The whole recipe as one program: what notebooks 01 to 05 compute, without their pictures and sweeps.</summary>
internal static class RecipeBenchmark
{
    private const float BaselineRate = 1e-3f, FineTuningRate = 1e-4f;
    private const double Split = 0.5;

    /// <summary>Trains, breaks, repairs and evaluates.</summary>
    /// <param name="threads">Threads to compute on.</param>
    /// <param name="images">Training images; 60,000 in the recipe.</param>
    /// <param name="epochs">Epochs of training; half as many of fine-tuning follow, at least one.</param>
    /// <param name="report">Told of every epoch.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>The figures.</returns>
    /// <exception cref="DataFileException">MNIST's files are damaged.</exception>
    public static RecipeReport Run(int threads, int images, int epochs, Action<string> report, CancellationToken cancellation)
    {
        Dataset data = BenchmarkData.Load(images);
        var clock = Stopwatch.StartNew();
        Sequential model = BenchmarkData.Network(threads);
        int batchSize = Math.Min(BenchmarkData.BatchSize, data.Train.Count);
        var progress = new EpochLines(report);
        new Trainer(model, new Adam(BaselineRate)) { Progress = progress }
            .Fit(data.Train, epochs, batchSize, BenchmarkData.Seed, data.Test, cancellation);
        TimeSpan trained = clock.Elapsed;
        var attack = new Fgsm(BenchmarkData.Epsilon);
        Evaluation cleanBefore = Evaluation.Of(model, data.Test);
        ImageSet staleImages = attack.Perturb(model, data.Test);
        Evaluation fgsmBefore = Evaluation.Of(model, staleImages, EvaluationKind.Fresh);

        TimeSpan repairing = clock.Elapsed;
        var batches = new MixedAdversarialBatches(model, data.Train, batchSize, attack, Split, BenchmarkData.Seed);
        new Trainer(model, new Adam(FineTuningRate)) { Progress = progress }
            .Fit(batches, data.Train.Count / batchSize, Math.Max(1, epochs / 2), data.Test, cancellation);
        TimeSpan repaired = clock.Elapsed;
        Evaluation[] results =
        [
            cleanBefore, fgsmBefore, Evaluation.Of(model, data.Test), Evaluation.Of(model, staleImages, EvaluationKind.Stale), Evaluation.Under(attack, model, data.Test),
        ];
        cancellation.ThrowIfCancellationRequested();
        double[] values =
        [
            clock.Elapsed.TotalSeconds, trained.TotalSeconds, (repaired - repairing).TotalSeconds, Figures.PeakMegabytes(), .. results.Select(result => result.Accuracy),
        ];
        return new RecipeReport(
            model.Engine, threads, data.Name, data.Train.Count, epochs, Figures.Recipe.Zip(values).ToDictionary(pair => pair.First.Key, pair => pair.Second));
    }

    private sealed class EpochLines(Action<string> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Finished is { } epoch)
                report(string.Create(CultureInfo.InvariantCulture, $"epoch {epoch.Epoch}/{value.Epochs}: loss {epoch.Loss:0.0000}, accuracy {100 * epoch.Accuracy:0.00}%, validation accuracy {100 * epoch.ValidationAccuracy:0.00}%, {epoch.Seconds:0.0} s, {value.ImagesPerSecond:0} images/s, ETA {(int)value.Remaining.TotalMinutes}:{value.Remaining.Seconds:00}"));
        }
    }
}
