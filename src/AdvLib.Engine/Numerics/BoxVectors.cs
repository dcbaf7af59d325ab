using System.Numerics;
using System.Runtime.CompilerServices;

namespace AdvLib.Numerics;

/// <summary>Element-wise loops over boxes, each the interval from m - r to m + r: m the centre, r the radius, at least 0.</summary>
internal static unsafe class BoxVectors
{
    private static int Width => Vector<float>.Count;

    /// <summary><c>destination = |source|</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Abs(float* source, float* destination, nint count)
    {
        nint i = 0;
        for (; i <= count - Width; i += Width)
            Vector.Abs(Vector.Load(source + i)).Store(destination + i);
        for (; i < count; i++)
            destination[i] = MathF.Abs(source[i]);
    }

    /// <summary><c>destination += sign(w) g</c>, with sign(0) = 0: what a gradient by |w| is to w.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddSigned(float* w, float* g, float* destination, nint count)
    {
        nint i = 0;
        for (; i <= count - Width; i += Width)
        {
            Vector<float> weight = Vector.Load(w + i);
            Vector<float> slope = Vector.Load(g + i);
            slope = Vector.ConditionalSelect(Vector.LessThan(weight, Vector<float>.Zero), -slope, slope);
            slope = Vector.ConditionalSelect(Vector.Equals(weight, Vector<float>.Zero), Vector<float>.Zero, slope);
            (Vector.Load(destination + i) + slope).Store(destination + i);
        }

        for (; i < count; i++)
            destination[i] += w[i] == 0 ? 0 : w[i] < 0 ? -g[i] : g[i];
    }

    /// <summary><c>destination += a b</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddProducts(float* a, float* b, float* destination, int count)
    {
        int i = 0;
        for (; i <= count - Width; i += Width)
            Vector.FusedMultiplyAdd(Vector.Load(a + i), Vector.Load(b + i), Vector.Load(destination + i)).Store(destination + i);
        for (; i < count; i++)
            destination[i] = MathF.FusedMultiplyAdd(a[i], b[i], destination[i]);
    }

    /// <summary>Centre and radius of the intervals from lower to upper.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Between(float* lower, float* upper, float* m, float* r, nint count)
    {
        nint i = 0;
        var half = new Vector<float>(0.5f);
        for (; i <= count - Width; i += Width)
        {
            Vector<float> low = Vector.Load(lower + i);
            Vector<float> high = Vector.Load(upper + i);
            ((high + low) * half).Store(m + i);
            ((high - low) * half).Store(r + i);
        }

        for (; i < count; i++)
            (m[i], r[i]) = ((upper[i] + lower[i]) * 0.5f, (upper[i] - lower[i]) * 0.5f);
    }

    /// <summary><c>destination = r + slack (|m| + r)</c>; r and destination may be the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Widen(float* m, float* r, float slack, float* destination, nint count)
    {
        nint i = 0;
        var part = new Vector<float>(slack);
        for (; i <= count - Width; i += Width)
        {
            Vector<float> radius = Vector.Load(r + i);
            Vector.FusedMultiplyAdd(Vector.Abs(Vector.Load(m + i)) + radius, part, radius).Store(destination + i);
        }

        for (; i < count; i++)
            destination[i] = MathF.FusedMultiplyAdd(MathF.Abs(m[i]) + r[i], slack, r[i]);
    }

    /// <summary><c>destination = |m| + r</c>, the largest magnitude of the interval.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Magnitude(float* m, float* r, float* destination, nint count)
    {
        nint i = 0;
        for (; i <= count - Width; i += Width)
            (Vector.Abs(Vector.Load(m + i)) + Vector.Load(r + i)).Store(destination + i);
        for (; i < count; i++)
            destination[i] = MathF.Abs(m[i]) + r[i];
    }

    /// <summary>
    /// The rectified intervals: both ends rectified, and where the upper one is above 0 the radius grows by <c>slack (|m| + r)</c>. Where
    /// it is not, the interval is 0 alone, exactly.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rectify(float* m, float* r, float slack, float* outM, float* outR, nint count)
    {
        nint i = 0;
        var half = new Vector<float>(0.5f);
        var part = new Vector<float>(slack);
        for (; i <= count - Width; i += Width)
        {
            Vector<float> centre = Vector.Load(m + i);
            Vector<float> radius = Vector.Load(r + i);
            Vector<float> low = Vector.Max(centre - radius, Vector<float>.Zero);
            Vector<float> high = Vector.Max(centre + radius, Vector<float>.Zero);
            Vector<float> widened = Vector.FusedMultiplyAdd(Vector.Abs(centre) + radius, part, (high - low) * half);
            ((high + low) * half).Store(outM + i);
            Vector.ConditionalSelect(Vector.GreaterThan(high, Vector<float>.Zero), widened, Vector<float>.Zero).Store(outR + i);
        }

        for (; i < count; i++)
        {
            float low = MathF.Max(m[i] - r[i], 0);
            float high = MathF.Max(m[i] + r[i], 0);
            float widened = MathF.FusedMultiplyAdd(MathF.Abs(m[i]) + r[i], slack, (high - low) * 0.5f);
            (outM[i], outR[i]) = ((high + low) * 0.5f, high > 0 ? widened : 0);
        }
    }

    /// <summary>
    /// Backwards through <see cref="Rectify"/> without slack: an end's gradient passes where that end is above 0. The ends' gradients are
    /// <c>(dm +- dr) / 2</c>, and of them <c>dm = high + low</c> and <c>dr = high - low</c>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RectifyBackward(float* m, float* r, float* dm, float* dr, float* inM, float* inR, nint count)
    {
        nint i = 0;
        var half = new Vector<float>(0.5f);
        for (; i <= count - Width; i += Width)
        {
            Vector<float> centre = Vector.Load(m + i);
            Vector<float> radius = Vector.Load(r + i);
            Vector<float> slopeM = Vector.Load(dm + i);
            Vector<float> slopeR = Vector.Load(dr + i);
            Vector<float> low = (slopeM - slopeR) * half;
            Vector<float> high = (slopeM + slopeR) * half;
            low = Vector.ConditionalSelect(Vector.GreaterThan(centre - radius, Vector<float>.Zero), low, Vector<float>.Zero);
            high = Vector.ConditionalSelect(Vector.GreaterThan(centre + radius, Vector<float>.Zero), high, Vector<float>.Zero);
            (high + low).Store(inM + i);
            (high - low).Store(inR + i);
        }

        for (; i < count; i++)
        {
            float low = m[i] - r[i] > 0 ? (dm[i] - dr[i]) * 0.5f : 0;
            float high = m[i] + r[i] > 0 ? (dm[i] + dr[i]) * 0.5f : 0;
            (inM[i], inR[i]) = (high + low, high - low);
        }
    }
}
