namespace AdvLib;

/// <summary>A model that counts what is asked of it, and tells who watches the work.</summary>
internal class CountingClassifier(IClassifier model) : IClassifier
{
    public long Queries { get; private set; }

    public long Gradients { get; protected set; }

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
}
