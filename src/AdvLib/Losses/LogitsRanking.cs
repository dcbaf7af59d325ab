namespace AdvLib;

/// <summary>The order of one row of logits.</summary>
internal static class LogitsRanking
{
    /// <summary>Writes the classes of the largest logits, the largest first and the smaller class first among equals.</summary>
    public static void Top(ReadOnlySpan<float> logits, Span<int> classes)
    {
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
    public static int BestOther(ReadOnlySpan<float> logits, int label)
    {
        int best = label == 0 ? 1 : 0;
        for (int c = best + 1; c < logits.Length; c++)
        {
            if (c != label && logits[c] > logits[best])
                best = c;
        }

        return best;
    }
}
