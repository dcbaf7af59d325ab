namespace AdvLib;

/// <summary>
/// The targeted difference of logits ratio (Croce and Hein, 2020): <c>(z[target] - z[label]) / (z[1st] - (z[3rd] + z[4th]) / 2)</c>
/// with the logits in falling order; at least four classes.
/// </summary>
/// <param name="targets">The class each image of the batch is to reach, in 0 ... classes - 1; the loss keeps this array.</param>
public sealed class TargetedDlr(params int[] targets) : TargetedLoss(targets)
{
    /// <summary>The fewest classes it is defined for.</summary>
    public const int FewestClasses = 4;

    /// <inheritdoc/>
    public override string Name => "targeted DLR";

    /// <inheritdoc/>
    /// <exception cref="ShapeMismatchException">There are fewer than four classes.</exception>
    protected override float Toward(int target, ReadOnlySpan<float> logits, int label, Span<float> gradient)
    {
        if (logits.Length < FewestClasses)
            throw new ShapeMismatchException($"Targeted DLR on {logits.Length} classes.",
                "at least 4: it divides by the distance to the third and fourth.", "Use TargetedMargin.");
        Span<int> top = stackalloc int[4];
        logits.FindTop(top);
        float scale = 1 / (logits[top[0]] - 0.5f * (logits[top[2]] + logits[top[3]]) + AdvLib.Dlr.Guard);
        float ratio = (logits[target] - logits[label]) * scale;
        gradient.Clear();
        gradient[target] += scale;
        gradient[label] -= scale;
        gradient[top[0]] -= ratio * scale;
        gradient[top[2]] += 0.5f * ratio * scale;
        gradient[top[3]] += 0.5f * ratio * scale;
        return ratio;
    }

    /// <inheritdoc/>
    protected override Loss Create(int[] targets) => new TargetedDlr(targets);
}
