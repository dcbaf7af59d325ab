using AdvLib.Numerics;

namespace AdvNotebooks.Benchmarks;

/// <summary>Profiles a training step, a mixed step, an evaluation and an attack.</summary>
internal static class ProfileBenchmark
{
    private const int WarmSteps = 60;

    /// <summary>Measures.</summary>
    /// <param name="threads">Threads to compute on.</param>
    /// <param name="steps">Steps of each kind.</param>
    /// <param name="passes">Evaluations.</param>
    /// <param name="report">Told what is being measured.</param>
    /// <returns>The profile.</returns>
    public static ProfileReport Run(int threads, int steps, int passes, Action<string> report)
    {
        report("1/5: the peak of the cores");
        var team = new ThreadTeam(threads);
        double peak = PeakThroughput.Gigaflops(team);
        Sequential model = BenchmarkData.Network(threads);
        ImageSet train = BenchmarkData.Random(BenchmarkData.TrainCount, seed: 42);
        ImageSet evaluated = BenchmarkData.Random(BenchmarkData.TestCount, seed: 43);
        var optimizer = new Adam();
        var shuffled = new ShuffledBatches(train, BenchmarkData.BatchSize, BenchmarkData.Seed);
        var mixed = new MixedAdversarialBatches(model, train, BenchmarkData.BatchSize, BenchmarkData.Epsilon);
        int warm = Math.Min(WarmSteps, steps);

        var step = new StepProfile(model, BenchmarkData.BatchSize, 0);
        report($"2/5: {steps} training steps");
        step.Run(warm, steps, () => BenchmarkData.Step(model, shuffled, optimizer));
        var mixedStep = new StepProfile(model, BenchmarkData.BatchSize, BenchmarkData.BatchSize - mixed.NormalCount);
        report($"3/5: {steps} mixed steps");
        mixedStep.Run(warm, steps, () => BenchmarkData.Step(model, mixed, optimizer));
        var evaluation = new StepProfile(model, 0, evaluated.Count);
        report($"4/5: {passes} evaluations of 10,000 images");
        evaluation.Run(1, passes, () => Evaluation.Of(model, evaluated));
        var attack = new StepProfile(model, 0, evaluated.Count);
        report($"5/5: {passes} times FGSM on 10,000 images");
        attack.Run(1, passes, new AttackPass(model, evaluated).Run);
        return new ProfileReport(
            model.Engine, Machine.Processor, threads, Math.Max(peak, PeakThroughput.Gigaflops(team)),
            [
                ("train_step", "Training step, batch of 64", step.Rows()),
                ("mixed_step", "Mixed step, 32 normal and 32 adversarial", mixedStep.Rows()),
                ("eval10k", "Evaluating 10,000 images", evaluation.Rows()),
                ("fgsm10k", "FGSM on 10,000 images", attack.Rows()),
            ]);
    }
}
