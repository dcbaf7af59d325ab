namespace AdvLib;

/// <summary>
/// The loss of TRADES (Zhang et al., "Theoretically principled trade-off between robustness and accuracy", 2019), on a batch whose first
/// half is clean and whose second half holds an adversary of each: the clean images' cross-entropy plus beta times the Kullback-Leibler
/// divergence of the answer to the adversary q from the answer to the image p, <c>-log p[label] + beta sum_c p[c] (log p[c] - log
/// q[c])</c>, as a mean over the pairs. The gradient goes through both answers.
/// </summary>
/// <remarks><see cref="MixedAdversarialBatches"/> that are paired make such batches, with <see cref="TradesAttack"/>.</remarks>
public sealed class Trades : Loss
{
    /// <summary>Creates the loss.</summary>
    /// <param name="beta">What agreement is worth against accuracy, at least 0; the paper uses 1 and 6.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="beta"/> is negative or not finite.</exception>
    public Trades(float beta = 6) => Beta = beta >= 0 && float.IsFinite(beta)
        ? beta
        : throw new ArgumentOutOfRangeException(nameof(beta), beta, "A weight must be finite and at least 0, for example 6.");

    /// <summary>What agreement is worth against accuracy.</summary>
    public float Beta { get; }

    /// <inheritdoc/>
    public override string Name => FormattableString.Invariant($"TRADES, beta {Beta:G3}");

    /// <inheritdoc/>
    public override bool WantsPairs => true;

    /// <summary>An image without its pair has its cross-entropy only.</summary>
    /// <inheritdoc/>
    public override float Evaluate(ReadOnlySpan<float> logits, int label, Span<float> gradient) =>
        CrossEntropy.Evaluate(logits, label, gradient);

    /// <inheritdoc/>
    /// <exception cref="ShapeMismatchException">The number of images is odd, or a pair has two labels.</exception>
    public override float EvaluateBatch(ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, Span<float> gradients)
    {
        if (labels.Length % 2 != 0)
            throw new ShapeMismatchException($"TRADES on {labels.Length} images.", "pairs: clean images, then an adversary of each.",
                "Train on paired batches of an even size.");
        int pairs = labels.Length / 2;
        if (!labels[..pairs].SequenceEqual(labels[pairs..]))
        {
            throw new ShapeMismatchException(
                "TRADES on a batch whose halves have different labels.",
                "pairs: clean images, then an adversary of each in the same order.",
                "Train on MixedAdversarialBatches with Paired = true and a split of 0.5.");
        }

        int half = logits.Length / 2;
        int classes = half / pairs;
        double sum = 0;
        for (int i = 0; i < pairs; i++)
        {
            int clean = i * classes;
            int attacked = half + clean;
            sum += EvaluatePair(
                logits.Slice(clean, classes), logits.Slice(attacked, classes), labels[i], 1f / pairs, gradients.Slice(clean, classes),
                gradients.Slice(attacked, classes));
        }

        return (float)(sum / pairs);
    }

    private float EvaluatePair(ReadOnlySpan<float> clean, ReadOnlySpan<float> attacked, int label, float scale, Span<float> cleanGradient,
        Span<float> attackedGradient)
    {
        Span<float> p = clean.Length <= 256 ? stackalloc float[clean.Length] : new float[clean.Length];
        float cleanSum = clean.Softmax(p);
        float attackedSum = attacked.Softmax(attackedGradient);
        float crossEntropy = CrossEntropy.Evaluate(clean, label, cleanGradient);
        float divergence = 0;
        for (int c = 0; c < p.Length; c++)
            divergence += p[c] * LogRatio(c, clean, cleanSum, attacked, attackedSum);
        for (int c = 0; c < p.Length; c++)
        {
            float through = p[c] * (LogRatio(c, clean, cleanSum, attacked, attackedSum) - divergence);
            cleanGradient[c] = scale * (cleanGradient[c] + Beta * through);
            attackedGradient[c] = scale * Beta * (attackedGradient[c] - p[c]);
        }

        return crossEntropy + Beta * divergence;
    }

    // log p[c] - log q[c].
    private static float LogRatio(int c, ReadOnlySpan<float> clean, float cleanSum, ReadOnlySpan<float> attacked, float attackedSum) =>
        clean[c] - cleanSum - (attacked[c] - attackedSum);
}
