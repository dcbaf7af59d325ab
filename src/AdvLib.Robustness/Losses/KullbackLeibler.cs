namespace AdvLib;

/// <summary>
/// The Kullback-Leibler divergence of the softmax from given probabilities p: <c>sum_c p[c] (log p[c] - log softmax(z)[c])</c>, gradient
/// <c>softmax(z) - p</c>. TRADES (Zhang et al., "Theoretically principled trade-off between robustness and accuracy", 2019) raises it to
/// find adversaries, with p the model's own answer to the clean image. Labels play no role.
/// </summary>
public sealed class KullbackLeibler : Loss
{
    private readonly float[] _probabilities;
    private readonly int _classes;

    /// <summary>Creates the loss for one batch.</summary>
    /// <param name="probabilities">n x classes probabilities, for example of
    /// <see cref="PredictionExtensions.Predict"/>; the loss keeps this array.</param>
    /// <param name="classes">Number of classes.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="classes"/> is not positive.</exception>
    /// <exception cref="ShapeMismatchException">A row of probabilities is not whole.</exception>
    public KullbackLeibler(float[] probabilities, int classes)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        if (probabilities.Length % classes != 0)
            throw new ShapeMismatchException(
                $"{probabilities.Length} probabilities of {classes} classes.",
                "a row of them for each image.", "Pass whole rows.");
        (_probabilities, _classes) = (probabilities, classes);
    }

    /// <inheritdoc/>
    public override string Name => "KL divergence";

    /// <summary>The loss of the batch's first image and its gradient.</summary>
    /// <inheritdoc/>
    public override float Evaluate(ReadOnlySpan<float> logits, int label, Span<float> gradient) => EvaluateAt(0, logits, label, gradient);

    /// <inheritdoc/>
    /// <exception cref="ShapeMismatchException">There are more or fewer logits than classes, or no probabilities of this image.</exception>
    public override float EvaluateAt(int image, ReadOnlySpan<float> logits, int label, Span<float> gradient)
    {
        if (logits.Length != _classes || image < 0 || (image + 1) * _classes > _probabilities.Length)
        {
            throw new ShapeMismatchException(
                $"{logits.Length} logits of image {image}.", $"{_classes}, of one of {_probabilities.Length / _classes} images.",
                "Make the loss from the probabilities of this batch.");
        }

        ReadOnlySpan<float> given = _probabilities.AsSpan(image * _classes, _classes);
        float logSum = logits.Softmax(gradient);
        float loss = 0;
        for (int c = 0; c < gradient.Length; c++)
        {
            // 0 log 0 is 0.
            loss += given[c] > 0 ? given[c] * (MathF.Log(given[c]) - (logits[c] - logSum)) : 0;
            gradient[c] -= given[c];
        }

        return loss;
    }

    /// <inheritdoc/>
    public override Loss Select(ReadOnlySpan<int> images)
    {
        var probabilities = new float[images.Length * _classes];
        for (int i = 0; i < images.Length; i++)
            _probabilities.AsSpan(images[i] * _classes, _classes).CopyTo(probabilities.AsSpan(i * _classes));
        return new KullbackLeibler(probabilities, _classes);
    }
}
