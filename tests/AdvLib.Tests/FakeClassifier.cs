namespace AdvLib.Tests;

/// <summary>
/// A classifier that answers what a test tells it to: whatever runs on it needs nothing of an engine but <see cref="ITrainableClassifier"/>.
/// It keeps what it was asked.
/// </summary>
internal sealed class FakeClassifier(Shape shape, int classes) : ITrainableClassifier
{
    /// <summary>The logits of an image.</summary>
    public Func<float[], float[]> Answer { get; set; } = _ => new float[classes];

    /// <summary>The gradient of an image with a label.</summary>
    public Func<float[], int, float[]> Slope { get; set; } = (image, _) => [.. image.Select(_ => 1f)];

    /// <summary>What a training step on a batch of labels measures.</summary>
    public Func<int[], StepResult> Step { get; set; } = _ => new StepResult(0, 0);

    /// <summary>Images of each call for logits or gradients.</summary>
    public List<int> Asked { get; } = [];

    /// <summary>The labels of each training step.</summary>
    public List<int[]> Trained { get; } = [];

    public Shape InputShape => shape;

    public int Classes => classes;

    public string Engine => "a test";

    public int Threads => 3;

    public void Logits(ReadOnlySpan<float> images, Span<float> logits)
    {
        int count = Count(images);
        for (int i = 0; i < count; i++)
            Answer(Image(images, i)).CopyTo(logits[(i * classes)..]);
    }

    public void InputGradient(ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Loss loss, Span<float> gradient, Span<float> logits = default)
    {
        int count = Count(images);
        for (int i = 0; i < count; i++)
        {
            Slope(Image(images, i), labels[i]).CopyTo(gradient[(i * shape.Size)..]);
            if (!logits.IsEmpty)
                Answer(Image(images, i)).CopyTo(logits[(i * classes)..]);
        }
    }

    public StepResult TrainOnBatch(ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Loss loss, IOptimizer optimizer)
    {
        int[] batch = [.. labels];
        Trained.Add(batch);
        return Step(batch);
    }

    public IReadOnlyList<NamedTensor> GetWeights() => [];

    public void SetWeights(IReadOnlyList<NamedTensor> weights)
    {
    }

    private int Count(ReadOnlySpan<float> images)
    {
        Asked.Add(images.Length / shape.Size);
        return Asked[^1];
    }

    private float[] Image(ReadOnlySpan<float> images, int index) => [.. images.Slice(index * shape.Size, shape.Size)];
}
