using System.Runtime.InteropServices;
using AdvLib.Numerics;

namespace AdvNotebooks.Benchmarks;

/// <summary>What benchmarks work on, and the recipe's numbers that they share.</summary>
internal static class BenchmarkData
{
    /// <summary>Training images of the recipe.</summary>
    public const int TrainCount = 60_000;

    /// <summary>Test images of the recipe.</summary>
    public const int TestCount = 10_000;

    /// <summary>Images a step.</summary>
    public const int BatchSize = 64;

    /// <summary>The recipe's FGSM step, in pixel units of [0, 1].</summary>
    public const float Epsilon = 0.1f;

    /// <summary>Seed of whatever is random.</summary>
    public const ulong Seed = 42;

    private static readonly Shape Shape = new(28, 28, 1);

    /// <summary>MNIST's folder where it holds all four files; else null.</summary>
    public static string? MnistFolder
    {
        get
        {
            MnistStatus status = Mnist.Check();
            return status.IsComplete ? Path.GetFullPath(status.Folder) : null;
        }
    }

    /// <summary>MNIST where it is at hand, else as many synthetic digits. Nothing is downloaded.</summary>
    /// <param name="trainCount">Training images wanted, 1 to 60,000; a sixth as many test images go with them.</param>
    /// <returns>The data set.</returns>
    /// <exception cref="DataFileException">The files in MNIST's folder are damaged or not MNIST's.</exception>
    public static Dataset Load(int trainCount = TrainCount) =>
        Dataset.Load(MnistFolder is null ? Dataset.Synthetic : "", trainCount, Math.Max(1, (int)((long)trainCount * TestCount / TrainCount)), Seed);

    /// <summary>Images of MNIST's shape: random pixels cost what digits cost.</summary>
    /// <param name="count">Number of images.</param>
    /// <param name="seed">Decides the pixels.</param>
    /// <returns>The images.</returns>
    public static ImageSet Random(int count, ulong seed) => Random(count, seed, Shape);

    /// <summary>Images of another shape.</summary>
    /// <param name="count">Number of images.</param>
    /// <param name="seed">Decides the pixels.</param>
    /// <param name="shape">Shape of one image, of a multiple of 8 values.</param>
    /// <returns>The images.</returns>
    public static ImageSet Random(int count, ulong seed, Shape shape)
    {
        var rng = new Rng(seed, RandomPurpose.Attack);
        byte[] pixels = new byte[count * shape.Size];
        foreach (ref ulong eight in MemoryMarshal.Cast<byte, ulong>(pixels.AsSpan()))
            eight = rng.NextUInt64();
        return new ImageSet("random pixels", shape, 10, pixels, [.. Enumerable.Range(0, count).Select(i => (byte)(i % 10))]);
    }

    /// <summary>The recipe's network with fresh weights.</summary>
    /// <param name="threads">Threads to compute on.</param>
    /// <returns>The network.</returns>
    public static Sequential Network(int threads) => new Sequential(SimpleCnn.Describe(Shape, 10), Seed, new ThreadTeam(threads));

    /// <summary>The same on an engine. Another than the built-in one decides itself on how many threads.</summary>
    /// <param name="engine">The engine's name.</param>
    /// <param name="threads">Threads to compute on.</param>
    /// <returns>The network.</returns>
    /// <exception cref="EngineUnavailableException">There is no such engine here.</exception>
    public static INetwork Network(string engine, int threads) =>
        engine == AdvLib.Network.BuiltInEngine ? Network(threads) : SimpleCnn.Describe(Shape, 10).Build(Seed, engine);

    /// <summary>Trains on the next batch of a source.</summary>
    /// <param name="model">The network.</param>
    /// <param name="batches">The source.</param>
    /// <param name="optimizer">Moves the weights.</param>
    public static void Step(INetwork model, IBatchSource batches, Optimizer optimizer)
    {
        Batch batch = batches.Next();
        if (model is RankedNetwork ranked)
            ranked.TrainOnShare(batch.Images, batch.Labels, batch.Total, Loss.CrossEntropy, optimizer);
        else
            model.TrainOnBatch(batch.Images, batch.Labels, Loss.CrossEntropy, optimizer);
    }
}
