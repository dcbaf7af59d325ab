using AdvLib.Numerics;
using BenchmarkDotNet.Attributes;

namespace AdvLib.Benchmarks;

/// <summary>A training step of the recipe's network on a batch of 64, and its last part alone: Adam.</summary>
public class TrainingBenchmarks
{
    // Trainable parameters of the network.
    private const int Weights = 422_090;
    private const int Batch = 64;

    private readonly float[] _images = RandomValues.Buffer(Batch * 28 * 28).Span.ToArray();
    private readonly int[] _labels = [.. Enumerable.Range(0, Batch).Select(i => i % 10)];
    private readonly AlignedBuffer _weights = RandomValues.Buffer(Weights);
    private readonly AlignedBuffer _gradients = RandomValues.Buffer(Weights);
    private readonly Adam _adam = new();
    private readonly Adam _networkAdam = new();
    private ThreadTeam _team = null!;
    private Sequential _network = null!;

    /// <summary>Numbers of threads to time: one, and one a core.</summary>
    public static IEnumerable<int> Teams => new[] { 1, Environment.ProcessorCount }.Distinct();

    /// <summary>Threads to compute on.</summary>
    [ParamsSource(nameof(Teams))]
    public int Threads { get; set; }

    /// <summary>Builds the network.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _team = new ThreadTeam(Threads);
        _network = new Sequential(SimpleCnn.Describe(new Shape(28, 28, 1), 10), 42, _team);
    }

    /// <summary>Adam alone, on as many weights as the network has.</summary>
    [Benchmark]
    public void AdamStep() => _adam.Step(_team, _weights, _gradients, Weights);

    /// <summary>Forward, backward and Adam.</summary>
    /// <returns>The step's loss and hits.</returns>
    [Benchmark]
    public StepResult TrainingStep() => _network.TrainOnBatch(_images, _labels, Loss.CrossEntropy, _networkAdam);
}
