using System.Globalization;

namespace AdvLib;

/// <summary>Numbers that are none: where the first is, in words for a message.</summary>
internal static class FiniteValues
{
    /// <summary>Place of the first value that is NaN or infinite; -1 when there is none.</summary>
    public static int IndexOfFault(this ReadOnlySpan<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
                return i;
        }

        return -1;
    }

    /// <inheritdoc cref="IndexOfFault(ReadOnlySpan{float})"/>
    public static int IndexOfFault(this Span<float> values) => ((ReadOnlySpan<float>)values).IndexOfFault();

    /// <summary>For example <c>NaN at [3, 0, 5]</c>.</summary>
    /// <param name="value">The value.</param>
    /// <param name="index">Its place in row-major order.</param>
    /// <param name="shape">Sizes of the dimensions, outermost first.</param>
    public static string Describe(float value, int index, ReadOnlySpan<int> shape)
    {
        var place = new int[shape.Length];
        for (int d = shape.Length - 1; d >= 0; d--)
            (index, place[d]) = int.DivRem(index, shape[d]);
        return string.Create(CultureInfo.InvariantCulture, $"{value} at [{string.Join(", ", place)}]");
    }
}
