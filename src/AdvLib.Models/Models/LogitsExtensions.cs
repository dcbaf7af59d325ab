namespace AdvLib;

/// <summary>
/// Reading one row of logits. Written out, not taken from a library of tensors: the first of equals is meant where two are equal, and the
/// bits must not depend on how wide a machine's vectors are.
/// </summary>
public static class LogitsExtensions
{
    /// <summary>Index of the largest value, the first one among equals.</summary>
    /// <param name="values">At least one value.</param>
    /// <returns>The index.</returns>
    public static int IndexOfMax(this ReadOnlySpan<float> values)
    {
        int best = 0;
        for (int i = 1; i < values.Length; i++)
        {
            if (values[i] > values[best])
                best = i;
        }

        return best;
    }

    /// <summary>Index of the smallest value, the first one among equals.</summary>
    /// <param name="values">At least one value.</param>
    /// <returns>The index.</returns>
    public static int IndexOfMin(this ReadOnlySpan<float> values)
    {
        int best = 0;
        for (int i = 1; i < values.Length; i++)
        {
            if (values[i] < values[best])
                best = i;
        }

        return best;
    }

    /// <summary>Finds the classes of the largest logits, the largest first and the smaller class first among equals.</summary>
    /// <param name="logits">One logit a class.</param>
    /// <param name="classes">Receives as many classes as it is long; at most as many as there are.</param>
    /// <exception cref="ShapeMismatchException">More classes are asked for than there are.</exception>
    public static void FindTop(this ReadOnlySpan<float> logits, Span<int> classes)
    {
        if (classes.Length > logits.Length)
            throw new ShapeMismatchException(
                $"The best {classes.Length} of {logits.Length} classes.",
                "at most all of them.", "Ask for fewer.");
        for (int rank = 0; rank < classes.Length; rank++)
        {
            int best = -1;
            for (int c = 0; c < logits.Length; c++)
            {
                if (!classes[..rank].Contains(c) && (best < 0 || logits[c] > logits[best]))
                    best = c;
            }

            classes[rank] = best;
        }
    }

    /// <summary>The class of the largest logit but the label's.</summary>
    /// <param name="logits">One logit a class, at least two.</param>
    /// <param name="label">The class left out.</param>
    /// <returns>The class, the first one among equals.</returns>
    public static int BestOther(this ReadOnlySpan<float> logits, int label)
    {
        int best = label == 0 ? 1 : 0;
        for (int c = best + 1; c < logits.Length; c++)
        {
            if (c != label && logits[c] > logits[best])
                best = c;
        }

        return best;
    }

    /// <summary>Writes the softmax <c>exp(z - max) / sum</c>, which cannot overflow.</summary>
    /// <param name="logits">One logit a class.</param>
    /// <param name="probabilities">Receives one probability a class; may be the logits' own memory.</param>
    /// <returns><c>log sum exp(z)</c>.</returns>
    public static float Softmax(this ReadOnlySpan<float> logits, Span<float> probabilities)
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
    /// <param name="probabilities">One probability a class.</param>
    /// <param name="label">The class left out.</param>
    /// <returns>The sum.</returns>
    public static float SumOfOthers(this ReadOnlySpan<float> probabilities, int label)
    {
        float others = 0;
        for (int c = 0; c < probabilities.Length; c++)
            others += c == label ? 0 : probabilities[c];
        return others;
    }
}
