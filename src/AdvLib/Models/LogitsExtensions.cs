namespace AdvLib;

/// <summary>Reading a row of logits or probabilities.</summary>
internal static class LogitsExtensions
{
    /// <summary>Index of the largest value, the first one among equals.</summary>
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
}
