namespace AdvLib;

/// <summary>
/// The targeted difference of logits ratio (Croce and Hein, 2020): <c>(z[target] - z[label]) / (z[1st] - (z[3rd] + z[4th]) / 2)</c>
/// with the logits in falling order. Raised, it moves each image from its label to a target of its own.
/// </summary>
public sealed class TargetedDlr : Loss
{
    private readonly int[] _targets;

    /// <summary>Creates the loss for one batch.</summary>
    /// <param name="targets">The class each image of the batch is to reach, in 0 ... classes - 1; copied.</param>
    public TargetedDlr(params ReadOnlySpan<int> targets) => _targets = targets.ToArray();

    /// <inheritdoc/>
    public override string Name => "targeted DLR";

    /// <summary>The loss of the batch's first image and its gradient.</summary>
    /// <inheritdoc/>
    public override float Evaluate(ReadOnlySpan<float> logits, int label, Span<float> gradient) => EvaluateAt(0, logits, label, gradient);

    /// <inheritdoc/>
    /// <exception cref="ShapeMismatchException">There are fewer than four classes.</exception>
    public override float EvaluateAt(int image, ReadOnlySpan<float> logits, int label, Span<float> gradient)
    {
        if (logits.Length < 4)
            throw new ShapeMismatchException($"Targeted DLR on {logits.Length} classes.", "at least 4: it divides by the distance to the third and fourth.", "Use the CW margin.");
        Span<int> top = stackalloc int[4];
        LogitsRanking.Top(logits, top);
        float scale = 1 / (logits[top[0]] - 0.5f * (logits[top[2]] + logits[top[3]]) + AdvLib.Dlr.Guard);
        float ratio = (logits[_targets[image]] - logits[label]) * scale;
        gradient.Clear();
        gradient[_targets[image]] += scale;
        gradient[label] -= scale;
        gradient[top[0]] -= ratio * scale;
        gradient[top[2]] += 0.5f * ratio * scale;
        gradient[top[3]] += 0.5f * ratio * scale;
        return ratio;
    }

    /// <inheritdoc/>
    public override Loss Select(ReadOnlySpan<int> images)
    {
        var targets = new int[images.Length];
        for (int i = 0; i < images.Length; i++)
            targets[i] = _targets[images[i]];
        return new TargetedDlr(targets);
    }
}
