namespace AdvLib;

/// <summary>A model that counts what is asked of it, and tells who watches the work.</summary>
internal sealed class CountingClassifier(IClassifier model) : IClassifier
{
    public long Queries { get; private set; }

    public long Gradients { get; private set; }

    public Shape InputShape => model.InputShape;

    public int Classes => model.Classes;

    public string Engine => model.Engine;

    public int Threads => model.Threads;

    public void Logits(ReadOnlySpan<float> images, Span<float> logits)
    {
        model.Logits(images, logits);
        int count = images.Length / InputShape.Size;
        Queries += count;
        Work.Done(count, 1);
    }

    public void InputGradient(ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Loss loss, Span<float> gradient, Span<float> logits = default)
    {
        model.InputGradient(images, labels, loss, gradient, logits);
        Gradients += labels.Length;
        Work.Done(labels.Length, Work.GradientPasses);
    }

    public StepResult TrainOnBatch(ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Loss loss, Optimizer optimizer) =>
        model.TrainOnBatch(images, labels, loss, optimizer);

    public IReadOnlyList<NamedTensor> GetWeights() => model.GetWeights();

    public void SetWeights(IReadOnlyList<NamedTensor> weights) => model.SetWeights(weights);
}
