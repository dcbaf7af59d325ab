using System.Diagnostics;

namespace AdvNotebooks.Benchmarks;

/// <summary>Times the recipe's four kinds of work.</summary>
internal sealed class EngineBenchmark
{
    private const int WarmSteps = 60;

    private readonly ImageSet _evaluated = BenchmarkData.Random(BenchmarkData.TestCount, seed: 43);
    private readonly INetwork _model;
    private readonly int _steps;
    private readonly int _passes;
    private readonly BenchmarkHost _host;

    /// <summary>Prepares the images and the network.</summary>
    /// <param name="host">The program that this runs in.</param>
    /// <param name="request">On which engine and how many threads, and how often.</param>
    /// <exception cref="EngineUnavailableException">There is no such engine here.</exception>
    public EngineBenchmark(BenchmarkHost host, BenchmarkRequest request)
    {
        _model = BenchmarkData.Network(request.Engine, request.Threads);
        (_host, _steps, _passes) = (host, request.Steps, request.Passes);
    }

    /// <summary>Measures everything, the first step of new processes too where the engine is AdvLib's own.</summary>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>The figures.</returns>
    /// <exception cref="BenchmarkException">A process that was to train its first step failed.</exception>
    public async Task<BenchmarkReport> RunAsync(CancellationToken cancellation)
    {
        BenchmarkReport report = await Task.Run(Run, cancellation).WaitAsync(cancellation);
        if (_model is not Sequential)
            return report;
        _host.Report("5/5: the first step of new processes");
        (Measure first, string data) = await FirstStep.MeasureAsync(_host, _model.Threads, _passes, cancellation);
        return report with { FirstStep = first, FirstStepData = data };
    }

    /// <summary>Times an action.</summary>
    /// <param name="warm">Runs before the first that counts.</param>
    /// <param name="count">Runs that count.</param>
    /// <param name="work">The action.</param>
    /// <returns>Milliseconds of each run that counts.</returns>
    public static double[] Time(int warm, int count, Action work)
    {
        for (int i = 0; i < warm; i++)
            work();
        var milliseconds = new double[count];
        for (int i = 0; i < count; i++)
        {
            long start = Stopwatch.GetTimestamp();
            work();
            milliseconds[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        return milliseconds;
    }

    private BenchmarkReport Run()
    {
        // As many images as MNIST has, and as the peer holds: what caches and peak memory see is then the same.
        ImageSet train = BenchmarkData.Random(BenchmarkData.TrainCount, seed: 42);
        var optimizer = new Adam();
        var shuffled = new ShuffledBatches(train, BenchmarkData.BatchSize, BenchmarkData.Seed);
        var mixed = new MixedAdversarialBatches(_model, train, BenchmarkData.BatchSize, BenchmarkData.Epsilon);
        int warm = Math.Min(WarmSteps, _steps);
        _host.Report($"1/5: {_steps} training steps");
        double[] trained = Time(warm, _steps, () => BenchmarkData.Step(_model, shuffled, optimizer));
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 0; i < 10; i++)
            BenchmarkData.Step(_model, shuffled, optimizer);
        long allocated = (GC.GetTotalAllocatedBytes(precise: true) - before) / 10;
        _host.Report($"2/5: {_steps} mixed steps");
        double[] mix = Time(warm, _steps, () => BenchmarkData.Step(_model, mixed, optimizer));
        _host.Report($"3/5: {_passes} evaluations of 10,000 images");
        double[] evaluated = Time(1, _passes, () => Evaluation.Of(_model, _evaluated));
        _host.Report($"4/5: {_passes} times FGSM on 10,000 images");
        double[] attacked = Time(1, _passes, new AttackPass(_model, _evaluated).Run);
        return new BenchmarkReport(
            _model.Engine, _model.Threads, Measure.Of(trained), Measure.Of(mix), Measure.Of(evaluated), Measure.Of(attacked),
            Figures.PeakMegabytes(), allocated);
    }
}
