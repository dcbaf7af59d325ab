using AdvLib.Numerics;

namespace AdvLib.Tests;

/// <summary>Small networks and random data for the tests.</summary>
internal static class TestNetworks
{
    public static readonly Shape Small = new(9, 8, 2);

    public static Sequential SmallCnn(ulong seed = 1, int threads = 2, float dropout = 0.25f) => new(
        new Network(
            Small, new Conv2D(6, 3, 2), new ReLU(), new BatchNorm(), new Conv2D(9, 2, 1, Padding.Valid), new ReLU(), new MaxPool2D(2), new Flatten(),
            new Dense(12), new ReLU(), new BatchNorm(), new Dropout(dropout), new Dense(4), new Softmax()),
        seed, new ThreadTeam(threads));

    public static float[] Images(int count, Shape shape, ulong seed = 5)
    {
        var rng = new Rng(seed, RandomPurpose.Attack);
        return [.. Enumerable.Range(0, count * shape.Size).Select(_ => rng.NextSingle())];
    }

    public static int[] Labels(int count, int classes) => [.. Enumerable.Range(0, count).Select(i => i * 7 % classes)];

    public static ImageSet Set(int count, Shape shape, int classes, ulong seed = 5) =>
        new("random", shape, classes, Images(count, shape, seed), [.. Labels(count, classes).Select(label => (byte)label)]);

    public static float[] LogitsOf(IClassifier model, float[] images)
    {
        var logits = new float[images.Length / model.InputShape.Size * model.Classes];
        model.Logits(images, logits);
        return logits;
    }

    public static float[] PixelsOf(ImageSet images)
    {
        var pixels = new float[images.Count * images.Shape.Size];
        images.CopyImages(0, images.Count, pixels);
        return pixels;
    }

    public static float[] AllWeights(ITrainableClassifier model) => [.. model.GetWeights().SelectMany(tensor => tensor.Values)];
}
