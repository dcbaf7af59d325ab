using System.Numerics;

namespace AdvLib;

/// <summary>
/// Whether what a model answers are numbers. NaN has no largest logit and no sign: taken for an answer, it would be counted as one.
/// </summary>
public static class ModelAnswer
{
    /// <summary>Throws where an answer holds NaN or infinity.</summary>
    /// <param name="values">As many values for each image.</param>
    /// <param name="images">Number of images.</param>
    /// <param name="what">What they are, for example <c>the logits</c>.</param>
    /// <exception cref="NumericalFaultException">A value is none; it names the first image that has one.</exception>
    public static void Check(ReadOnlySpan<float> values, int images, string what)
    {
        if (AreNumbers(values))
            return;
        for (int i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
                throw NumericalFaultException.InAnswer(i / (values.Length / images), what);
        }
    }

    // x - x is 0 for every number, and NaN for NaN and infinity.
    private static bool AreNumbers(ReadOnlySpan<float> values)
    {
        Vector<float> faults = Vector<float>.Zero;
        float fault = 0;
        int i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var next = new Vector<float>(values[i..]);
            faults += next - next;
        }

        for (; i < values.Length; i++)
            fault += values[i] - values[i];
        return Vector.Sum(faults) + fault == 0;
    }
}
