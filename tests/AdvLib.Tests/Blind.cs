namespace AdvLib.Tests;

/// <summary>A model that shows its logits of whole images, and nothing else.</summary>
internal sealed class Blind(IClassifier model) : IClassifier
{
    public Shape InputShape => model.InputShape;

    public int Classes => model.Classes;

    public string Engine => model.Engine;

    public int Threads => model.Threads;

    public void Logits(ReadOnlySpan<float> images, Span<float> logits) => model.Logits(images, logits);
}
