namespace AdvLib;

/// <summary>
/// Boxes made smaller for training, around where an attack would go: pixels that matter most are set to their adversarial value, the
/// others stay intervals. After SABR (Müller et al., "Certified training: small boxes are all you need", 2023), which takes a small cube
/// around an adversary; what is left here are the cases that proving by cases arrives at.
/// </summary>
internal sealed class SmallBoxes(Sequential model, CertifiedTraining settings)
{
    private readonly IDifferentiableClassifier _seen = BehindThreshold.WithGradients(model);
    private readonly Threshold? _threshold = model.Description.Layers[0].Layer as Threshold;
    private readonly float[] _matter = new float[model.InputShape.Size];
    private readonly int[] _pixels = new int[model.InputShape.Size];
    private float[] _points = [];
    private float[] _gradient = [];

    /// <summary>Makes the boxes of a batch smaller.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="step">Number of the training step: each has random starts of its own.</param>
    /// <param name="lower">The lower corners, moved.</param>
    /// <param name="upper">The upper corners, moved.</param>
    public void Shrink(Batch batch, int step, Span<float> lower, Span<float> upper)
    {
        (int length, int size) = (lower.Length, _pixels.Length);
        if (_points.Length < length)
            (_points, _gradient) = (new float[length], new float[length]);
        Span<float> points = _points.AsSpan(0, length);
        Span<float> gradient = _gradient.AsSpan(0, length);
        for (int start = 0; start < length; start += size)
        {
            Rng rng = ImageRandom.Of(batch.Images.Slice(start, size), settings.Seed + (ulong)step);
            for (int i = start; i < start + size; i++)
                points[i] = rng.NextSingle() < 0.5f ? lower[i] : upper[i];
        }

        _seen.InputGradient(points, batch.Labels, Loss.CrossEntropy, gradient);
        for (int start = 0; start < length; start += size)
        {
            int count = Sort(gradient.Slice(start, size), lower.Slice(start, size), upper.Slice(start, size));
            int set = (int)MathF.Round((1 - settings.BoxShare) * count);
            foreach (int pixel in _pixels.AsSpan(0, set))
            {
                int i = start + pixel;
                lower[i] = upper[i] = gradient[i] > 0 ? upper[i] : gradient[i] < 0 ? lower[i] : points[i];
            }
        }
    }

    // The pixels that an attack may change as the network sees them, those that move its loss most first; and their number.
    private int Sort(ReadOnlySpan<float> gradient, ReadOnlySpan<float> lower, ReadOnlySpan<float> upper)
    {
        int count = 0;
        for (int i = 0; i < gradient.Length; i++)
        {
            float width = Through(upper[i]) - Through(lower[i]);
            if (!(width > 0))
                continue;
            (_matter[count], _pixels[count]) = (-MathF.Abs(gradient[i]) * width, i);
            count++;
        }

        Array.Sort(_matter, _pixels, 0, count);
        return count;
    }

    private float Through(float x) => _threshold?.Of(x) ?? x;
}
