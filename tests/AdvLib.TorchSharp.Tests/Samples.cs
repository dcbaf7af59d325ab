namespace AdvLib.TorchSharp.Tests;

/// <summary>Random images, and a task that a small network learns in a moment: which quarter of a noisy 4x4 image is light.</summary>
internal static class Samples
{
    public static readonly Shape Toy = new(4, 4, 1);

    public static float[] Images(int count, Shape shape, ulong seed = 5)
    {
        var rng = new Rng(seed, RandomPurpose.Attack);
        return [.. Enumerable.Range(0, count * shape.Size).Select(_ => rng.NextSingle())];
    }

    public static int[] Labels(int count, int classes) => [.. Enumerable.Range(0, count).Select(i => i * 7 % classes)];

    public static ImageSet ToySet(int count, ulong seed = 1)
    {
        var rng = new Rng(seed, RandomPurpose.Attack);
        byte[] labels = [.. Enumerable.Range(0, count).Select(_ => (byte)rng.NextInt32(4))];
        float[] pixels = [.. labels.SelectMany(label =>
            Enumerable.Range(0, 16).Select(p => rng.NextSingle(0, 0.6f) + (p / 4 == label ? 0.4f : 0)))];
        return new ImageSet("toy", Toy, 4, pixels, labels);
    }

    public static float[] LogitsOf(IClassifier model, float[] images)
    {
        var logits = new float[images.Length / model.InputShape.Size * model.Classes];
        model.Logits(images, logits);
        return logits;
    }

    public static float[] AllWeights(ITrainableClassifier model) => [.. model.GetWeights().SelectMany(tensor => tensor.Values)];

    /// <summary>
    /// The tensors that are alive; what earlier tests left to the garbage collector would be counted as long as it has not come.
    /// </summary>
    public static long SettledTensors()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return global::TorchSharp.torch.Tensor.TotalCount;
    }

    /// <summary>Gives one the state of another, as a checkpoint does.</summary>
    public static void Resume(IResumable from, IResumable to)
    {
        var state = new ResumeState();
        from.Exchange(state);
        to.Exchange(new ResumeState(state.Arrays, state.Values));
    }
}
