using AdvLib.Numerics;

namespace AdvLib.Tests;

/// <summary>A task that a small network learns in a moment: which quarter of a noisy 4x4 image is light.</summary>
internal static class Toy
{
    public static readonly Shape Shape = new(4, 4, 1);

    public static ImageSet Set(int count, ulong seed = 1)
    {
        var rng = new Rng(seed, RandomPurpose.Attack);
        byte[] labels = [.. Enumerable.Range(0, count).Select(_ => (byte)rng.NextInt32(4))];
        float[] pixels = [.. labels.SelectMany(label => Enumerable.Range(0, 16).Select(p => rng.NextSingle(0, 0.6f) + (p / 4 == label ? 0.4f : 0)))];
        return new ImageSet("toy", Shape, 4, pixels, labels);
    }

    public static Sequential Model(ulong seed = 1, int threads = 1) => new(
        new Network(Shape, new Flatten(), new Dense(16), new ReLU(), new BatchNorm(), new Dropout(0.2f), new Dense(4), new Softmax()),
        seed, new ThreadTeam(threads));
}
