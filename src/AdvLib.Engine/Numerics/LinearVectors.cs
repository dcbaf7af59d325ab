using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AdvLib.Numerics;

/// <summary>
/// Element-wise loops over a linear bound's coefficients, with what its constant gains and loses in double: four sums each on every
/// machine, so that all find the same bits.
/// </summary>
internal static unsafe class LinearVectors
{
    private static int Width => Vector256<float>.Count;

    /// <summary>
    /// A bound taken back through rectified intervals: the line <c>u (x - l) / (u - l)</c> from above, from below 0 or x, whichever lies
    /// closer.
    /// </summary>
    /// <returns>What the constant gains, less slack for the rounded slope: it moves the line by a part of the ends.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Rectify(float* m, float* r, float slack, float* a, float* into, int count)
    {
        var sums = Vector256<double>.Zero;
        int i = 0;
        for (; i <= count - Width; i += Width)
        {
            (Vector256<double> mLow, Vector256<double> mHigh) = Vector256.Widen(Vector256.Load(m + i));
            (Vector256<double> rLow, Vector256<double> rHigh) = Vector256.Widen(Vector256.Load(r + i));
            (Vector256<double> aLow, Vector256<double> aHigh) = Vector256.Widen(Vector256.Load(a + i));
            (Vector256<double> first, Vector256<double> gainedFirst) = Rectify(mLow, rLow, slack, aLow);
            (Vector256<double> second, Vector256<double> gainedSecond) = Rectify(mHigh, rHigh, slack, aHigh);
            Vector256.Narrow(first, second).Store(into + i);
            sums += gainedFirst + gainedSecond;
        }

        double constant = Sum(sums);
        for (; i < count; i++)
        {
            (Vector256<double> last, Vector256<double> gained) =
                Rectify(Vector256.Create((double)m[i]), Vector256.Create((double)r[i]), slack, Vector256.Create((double)a[i]));
            into[i] = (float)last[0];
            constant += gained[0];
        }

        return constant;
    }

    /// <summary>The sums of <c>a bias</c> and <c>|a| size</c> over rows of some columns, of which each has a bias.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (double Product, double Magnitude) Products(float* a, float* bias, float* size, int rows, int columns)
    {
        var products = Vector256<double>.Zero;
        var magnitudes = Vector256<double>.Zero;
        (double product, double magnitude) = (0, 0);
        for (int row = 0; row < rows; row++, a += columns, size += columns)
        {
            int i = 0;
            for (; i <= columns - Width; i += Width)
            {
                (Vector256<double> aLow, Vector256<double> aHigh) = Vector256.Widen(Vector256.Load(a + i));
                (Vector256<double> bLow, Vector256<double> bHigh) = Vector256.Widen(Vector256.Load(bias + i));
                (Vector256<double> sLow, Vector256<double> sHigh) = Vector256.Widen(Vector256.Load(size + i));
                products += (aLow * bLow) + (aHigh * bHigh);
                magnitudes += (Vector256.Abs(aLow) * sLow) + (Vector256.Abs(aHigh) * sHigh);
            }

            for (; i < columns; i++)
                (product, magnitude) = (product + ((double)a[i] * bias[i]), magnitude + ((double)MathF.Abs(a[i]) * size[i]));
        }

        return (product + Sum(products), magnitude + Sum(magnitudes));
    }

    /// <summary>The sums of <c>a shift</c> and <c>|a| (scale (|m| + r) + offset)</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (double Product, double Magnitude) Affine(
        float* a, float* shift, float* m, float* r, float* scale, float* offset, int count)
    {
        var products = Vector256<double>.Zero;
        var magnitudes = Vector256<double>.Zero;
        int i = 0;
        for (; i <= count - Width; i += Width)
        {
            (Vector256<double> aLow, Vector256<double> aHigh) = Vector256.Widen(Vector256.Load(a + i));
            (Vector256<double> shiftLow, Vector256<double> shiftHigh) = Vector256.Widen(Vector256.Load(shift + i));
            (Vector256<double> sLow, Vector256<double> sHigh) = Vector256.Widen(Vector256.Load(scale + i));
            (Vector256<double> oLow, Vector256<double> oHigh) = Vector256.Widen(Vector256.Load(offset + i));
            (Vector256<double> xLow, Vector256<double> xHigh) = Vector256.Widen(Vector256.Abs(Vector256.Load(m + i)) + Vector256.Load(r + i));
            products += (aLow * shiftLow) + (aHigh * shiftHigh);
            magnitudes += (Vector256.Abs(aLow) * ((sLow * xLow) + oLow)) + (Vector256.Abs(aHigh) * ((sHigh * xHigh) + oHigh));
        }

        (double product, double magnitude) = (Sum(products), Sum(magnitudes));
        for (; i < count; i++)
        {
            product += (double)a[i] * shift[i];
            magnitude += (double)MathF.Abs(a[i]) * (((double)scale[i] * (MathF.Abs(m[i]) + r[i])) + offset[i]);
        }

        return (product, magnitude);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<double> Into, Vector256<double> Gained) Rectify(
        Vector256<double> m, Vector256<double> r, float slack, Vector256<double> a)
    {
        Vector256<double> zero = Vector256<double>.Zero;
        (Vector256<double> low, Vector256<double> high) = (m - r, m + r);
        Vector256<double> width = high - low;
        Vector256<double> slope = high / width;
        Vector256<double> isOff = Vector256.LessThanOrEqual(high, zero);
        Vector256<double> isOn = Vector256.GreaterThanOrEqual(low, zero);
        Vector256<double> isBelow = Vector256.GreaterThanOrEqual(a, zero);
        Vector256<double> below = Vector256.ConditionalSelect(Vector256.GreaterThan(high, -low), a, zero);
        Vector256<double> crossed = Vector256.ConditionalSelect(isBelow, below, a * slope);
        Vector256<double> gained = Vector256.AndNot(a * ((Vector256.Create((double)slack) * width) - (slope * low)), isBelow | isOff | isOn);
        Vector256<double> into = Vector256.ConditionalSelect(isOff, zero, Vector256.ConditionalSelect(isOn, a, crossed));
        return (into, gained);
    }

    private static double Sum(Vector256<double> sums) => sums[0] + sums[1] + sums[2] + sums[3];
}
