using AdvLib.Numerics;

namespace AdvNotebooks.Benchmarks;

/// <summary>Training steps on larger images and wider networks than the recipe's.</summary>
/// <param name="Name">What is trained.</param>
/// <param name="Step">A step's milliseconds, on a batch of 64.</param>
/// <param name="Flop">A step's operations in matrix products, 2 for a multiply-add.</param>
/// <param name="Bytes">What network, optimizer and batches hold.</param>
internal sealed record LargerWork(string Name, Measure Step, long Flop, long Bytes)
{
    // Steps of the recipe's network for each step here: some of these take a hundred times as long.
    private const int StepsPerStep = 10;

    private const int Images = 640;

    private static readonly (string Name, Shape Shape, int Wider)[] Kinds =
    [
        ("SimpleCnn, 28x28x1", new Shape(28, 28, 1), 1),
        ("SimpleCnn, 32x32x3", new Shape(32, 32, 3), 1),
        ("10 times the filters, 28x28x1", new Shape(28, 28, 1), 10),
        ("10 times the filters, 32x32x3", new Shape(32, 32, 3), 10),
    ];

    /// <summary>Billions of those operations a second.</summary>
    public double Gigaflops => Flop / (1e6 * Step.Median);

    /// <summary>Times each kind.</summary>
    /// <param name="team">The threads to compute on.</param>
    /// <param name="steps">Steps of the recipe's network that would be timed.</param>
    /// <param name="report">Told what is being timed.</param>
    /// <returns>The figures, of the recipe's own network first.</returns>
    public static IReadOnlyList<LargerWork> Measured(ThreadTeam team, int steps, Action<string> report)
    {
        int count = Math.Max(1, steps / StepsPerStep);
        return [.. Kinds.Select(kind => Measured(kind.Name, kind.Shape, kind.Wider, team, count, report))];
    }

    private static LargerWork Measured(string name, Shape shape, int wider, ThreadTeam team, int count, Action<string> report)
    {
        report($"{count} steps of {name}");
        ImageSet train = BenchmarkData.Random(Images, BenchmarkData.Seed, shape);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        var model = new Sequential(Widened(SimpleCnn.Describe(shape, train.Classes), wider), BenchmarkData.Seed, team);
        var optimizer = new Adam();
        var batches = new ShuffledBatches(train, BenchmarkData.BatchSize, BenchmarkData.Seed);
        double[] times = EngineBenchmark.Time(Math.Min(count, 10), count, () => BenchmarkData.Step(model, batches, optimizer));
        long held = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(optimizer);

        // Outputs, weights' gradients and inputs' gradients, of which the first layer has none to compute.
        long flop = (3 * model.Layers.Sum(layer => layer.Flop)) - model.Layers.First(layer => layer.Flop > 0).Flop;
        return new LargerWork(name, Measure.Of(times), flop * BenchmarkData.BatchSize, held);
    }

    private static Network Widened(Network network, int times) => new(
        network.InputShape,
        [.. network.Layers.Select(place => place.Layer is Conv2D conv
            ? new Conv2D(times * conv.Filters, conv.KernelSize, conv.Stride, conv.Padding)
            : place.Layer)]);
}
