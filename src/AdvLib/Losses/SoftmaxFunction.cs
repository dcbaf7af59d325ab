namespace AdvLib;

/// <summary>The softmax of one row of logits.</summary>
internal static class SoftmaxFunction
{
    /// <summary>Writes <c>exp(z - max) / sum</c>, which cannot overflow, and returns <c>log sum exp(z)</c>.</summary>
    public static float Apply(ReadOnlySpan<float> logits, Span<float> probabilities)
    {
        float max = float.NegativeInfinity;
        foreach (float logit in logits)
            max = MathF.Max(max, logit);

        float sum = 0;
        for (int c = 0; c < logits.Length; c++)
        {
            float e = MathF.Exp(logits[c] - max);
            probabilities[c] = e;
            sum += e;
        }

        float scale = 1 / sum;
        for (int c = 0; c < logits.Length; c++)
            probabilities[c] *= scale;

        return max + MathF.Log(sum);
    }

    /// <summary><c>1 - p[label]</c> as the sum of the others: keeps its digits where <c>p[label]</c> rounds to 1.</summary>
    public static float Complement(ReadOnlySpan<float> probabilities, int label)
    {
        float others = 0;
        for (int c = 0; c < probabilities.Length; c++)
            others += c == label ? 0 : probabilities[c];
        return others;
    }
}
