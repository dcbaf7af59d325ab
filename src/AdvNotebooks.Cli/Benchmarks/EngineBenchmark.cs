using System.Diagnostics;
using System.Runtime.InteropServices;
using AdvLib.Numerics;

namespace AdvNotebooks.Cli.Benchmarks;

/// <summary>Times the recipe's four kinds of work on images of MNIST's shape; random pixels cost what digits cost.</summary>
internal sealed class EngineBenchmark
{
    private const int TrainCount = 60_000;
    private const int EvaluatedCount = 10_000;
    private const int BatchSize = 64;
    private const int WarmSteps = 60;
    private const float Epsilon = 0.1f;

    private readonly ImageSet _train;
    private readonly ImageSet _evaluated;
    private readonly Sequential _model;
    private readonly int _steps;
    private readonly int _passes;

    public EngineBenchmark(int threads, int steps, int passes)
    {
        var shape = new Shape(28, 28, 1);
        // As many images as MNIST has, and as the peer holds: what caches and peak memory see is then the same.
        _train = RandomImages(TrainCount, shape, seed: 42);
        _evaluated = RandomImages(EvaluatedCount, shape, seed: 43);
        _model = SimpleCnn.Create(shape, 10, seed: 42, team: new ThreadTeam(threads));
        _steps = steps;
        _passes = passes;
    }

    public BenchmarkReport Run()
    {
        var optimizer = new Adam();
        var shuffled = new ShuffledBatches(_train, BatchSize, seed: 42);
        var mixed = new MixedAdversarialBatches(_model, _train, BatchSize, Epsilon);
        var fgsm = new Fgsm(Epsilon);
        int warm = Math.Min(WarmSteps, _steps);
        Measure train = Time(warm, _steps, () => Step(shuffled, optimizer));
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 0; i < 10; i++)
            Step(shuffled, optimizer);
        long allocated = (GC.GetTotalAllocatedBytes(precise: true) - before) / 10;
        Measure mix = Time(warm, _steps, () => Step(mixed, optimizer));
        Measure evaluate = Time(1, _passes, () => Evaluation.Of(_model, _evaluated));
        Measure attack = Time(1, _passes, () => fgsm.Perturb(_model, _evaluated));
        return new BenchmarkReport(_model.Engine, _model.Threads, train, mix, evaluate, attack, PeakMegabytes(), allocated);
    }

    private static ImageSet RandomImages(int count, Shape shape, ulong seed)
    {
        var rng = new Rng(seed, RandomPurpose.Attack);
        byte[] pixels = new byte[count * shape.Size];
        foreach (ref ulong eight in MemoryMarshal.Cast<byte, ulong>(pixels.AsSpan()))
            eight = rng.NextUInt64();
        return new ImageSet("random pixels", shape, 10, pixels, [.. Enumerable.Range(0, count).Select(i => (byte)(i % 10))]);
    }

    private static Measure Time(int warm, int count, Action work)
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

        return Measure.Of(milliseconds);
    }

    private static double PeakMegabytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / 1e6;
    }

    private void Step(IBatchSource batches, Optimizer optimizer)
    {
        Batch batch = batches.Next();
        _model.TrainOnBatch(batch.Images, batch.Labels, Loss.CrossEntropy, optimizer);
    }
}
