namespace AdvNotebooks.Benchmarks;

/// <summary>FGSM on every image of a set, chunk by chunk and without keeping the adversaries, as the peer does it.</summary>
/// <param name="model">The network under attack.</param>
/// <param name="images">The images.</param>
internal sealed class AttackPass(IDifferentiableClassifier model, ImageSet images)
{
    private const int Chunk = 500;

    private readonly float[] _clean = new float[Chunk * images.Shape.Size];
    private readonly float[] _adversaries = new float[Chunk * images.Shape.Size];
    private readonly int[] _labels = new int[Chunk];
    private readonly Fgsm _attack = new(BenchmarkData.Epsilon);

    /// <summary>Attacks them all.</summary>
    public void Run()
    {
        for (int start = 0; start < images.Count; start += Chunk)
        {
            int count = Math.Min(Chunk, images.Count - start);
            int pixels = count * images.Shape.Size;
            images.CopyImages(start, count, _clean);
            images.CopyLabels(start, count, _labels);
            _attack.Perturb(model, _clean.AsSpan(0, pixels), _labels.AsSpan(0, count), _adversaries.AsSpan(0, pixels));
        }
    }
}
