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
        Answered(images.Length / InputShape.Size);
    }

    public IIncrementalInference? BeginIncremental(int capacity) =>
        model.BeginIncremental(capacity) is { } inference ? new Counting(this, inference) : null;

    private void Answered(int count)
    {
        Queries += count;
        Work.Done(count, 1);
    }

    // Taking images is a part of asking about them.
    private sealed class Counting(CountingClassifier counter, IIncrementalInference inference) : IIncrementalInference
    {
        public void Begin(ReadOnlySpan<float> images) => inference.Begin(images);

        public void Logits(ReadOnlySpan<float> images, ReadOnlySpan<PixelWindow> windows, Span<float> logits)
        {
            inference.Logits(images, windows, logits);
            counter.Answered(windows.Length);
        }

        public void Keep(ReadOnlySpan<bool> kept) => inference.Keep(kept);

        public void Retain(ReadOnlySpan<int> places) => inference.Retain(places);
    }
}
