using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AdvLib.Numerics;

/// <summary>Element-wise and per-channel loops. A row holds one value a channel; channels never mix, so lanes never do.</summary>
internal static unsafe class Vectors
{
    private static int Width => Vector<float>.Count;

    /// <summary><c>destination += source</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float* source, float* destination, int count)
    {
        int i = 0;
        for (; i <= count - Width; i += Width)
            (Vector.Load(destination + i) + Vector.Load(source + i)).Store(destination + i);
        for (; i <= count - 4; i += 4)
            (Vector128.Load(destination + i) + Vector128.Load(source + i)).Store(destination + i);
        for (; i < count; i++)
            destination[i] += source[i];
    }

    /// <summary>Columns of <paramref name="destination"/> from rows of <paramref name="source"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose(float* source, int rows, int columns, float* destination, int stride)
    {
        int r = 0;
        for (; r <= rows - 8; r += 8, source += 8 * (nint)columns)
        {
            float* s = source;
            float* d = destination + r;
            for (int c = 0; c < columns; c++, s++, d += stride)
            {
                // Eight rows at a time: one store a column.
                Vector256.Create(
                    s[0], s[columns], s[2 * (nint)columns], s[3 * (nint)columns], s[4 * (nint)columns], s[5 * (nint)columns],
                    s[6 * (nint)columns], s[7 * (nint)columns]).Store(d);
            }
        }

        for (; r < rows; r++, source += columns)
        {
            for (int c = 0; c < columns; c++)
                destination[c * (nint)stride + r] = source[c];
        }
    }

    /// <summary><c>destination = max(source, 0)</c>; the two may be the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rectify(float* source, float* destination, nint count)
    {
        nint i = 0;
        for (; i <= count - Width; i += Width)
            Vector.Max(Vector.Load(source + i), Vector<float>.Zero).Store(destination + i);
        for (; i < count; i++)
            destination[i] = MathF.Max(source[i], 0);
    }

    /// <summary><c>destination = output &gt; 0 ? gradient : 0</c>; gradient and destination may be the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gate(float* output, float* gradient, float* destination, nint count)
    {
        nint i = 0;
        for (; i <= count - Width; i += Width)
        {
            Vector<int> open = Vector.GreaterThan(Vector.Load(output + i), Vector<float>.Zero);
            Vector.ConditionalSelect(open, Vector.Load(gradient + i), Vector<float>.Zero).Store(destination + i);
        }

        for (; i < count; i++)
            destination[i] = output[i] > 0 ? gradient[i] : 0;
    }

    /// <summary><c>destination = a * b</c>; any two may be the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* a, float* b, float* destination, nint count)
    {
        nint i = 0;
        for (; i <= count - Width; i += Width)
            (Vector.Load(a + i) * Vector.Load(b + i)).Store(destination + i);
        for (; i < count; i++)
            destination[i] = a[i] * b[i];
    }

    /// <summary>For each row: <c>destination = x * scale + shift</c>, scale and shift by channel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Affine(float* x, float* scale, float* shift, float* destination, int rows, int channels)
    {
        for (int r = 0; r < rows; r++, x += channels, destination += channels)
        {
            int c = 0;
            for (; c <= channels - Width; c += Width)
                Vector.FusedMultiplyAdd(Vector.Load(x + c), Vector.Load(scale + c), Vector.Load(shift + c)).Store(destination + c);
            for (; c < channels; c++)
                destination[c] = MathF.FusedMultiplyAdd(x[c], scale[c], shift[c]);
        }
    }

    /// <summary>For each row: <c>destination = x * scale</c>, scale by channel; x and destination may be the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale(float* x, float* scale, float* destination, int rows, int channels)
    {
        for (int r = 0; r < rows; r++, x += channels, destination += channels)
            Multiply(x, scale, destination, channels);
    }

    /// <summary>
    /// For each row: <c>destination = dy * a + x * b + shift</c> where x is above the threshold, else 0; coefficients by channel, and each
    /// channel's sum over the rows. At a threshold of 0, x is a ReLU's output and its gradient is
    /// gated on the way; at -infinity nothing is.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AffineGated(
        float* dy, float* a, float* x, float* b, float* shift, float threshold, float* destination, int rows, int channels, float* sums)
    {
        int c = 0;
        for (; c <= channels - Width; c += Width)
        {
            Vector<float> va = Vector.Load(a + c);
            Vector<float> vb = Vector.Load(b + c);
            Vector<float> vs = Vector.Load(shift + c);
            var bound = new Vector<float>(threshold);
            Vector<float> sum = Vector<float>.Zero;
            for (nint at = c, end = (nint)rows * channels; at < end; at += channels)
            {
                Vector<float> value = Vector.Load(x + at);
                Vector<float> g = Vector.FusedMultiplyAdd(Vector.Load(dy + at), va, Vector.FusedMultiplyAdd(value, vb, vs));
                g = Vector.ConditionalSelect(Vector.GreaterThan(value, bound), g, Vector<float>.Zero);
                g.Store(destination + at);
                sum += g;
            }

            sum.Store(sums + c);
        }

        for (; c < channels; c++)
        {
            float sum = 0;
            for (nint at = c, end = (nint)rows * channels; at < end; at += channels)
            {
                float g = x[at] > threshold ? MathF.FusedMultiplyAdd(dy[at], a[c], MathF.FusedMultiplyAdd(x[at], b[c], shift[c])) : 0;
                destination[at] = g;
                sum += g;
            }

            sums[c] = sum;
        }
    }

    /// <summary>
    /// For each row: <c>destination = dy * scale</c>, but 0 where <c>y = shift</c>: there a ReLU's output, of which y is the
    /// scaled and shifted value, was 0.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ScaleGated(float* dy, float* scale, float* y, float* shift, float* destination, int rows, int channels)
    {
        for (int r = 0; r < rows; r++, y += channels, dy += channels, destination += channels)
        {
            int c = 0;
            for (; c <= channels - Width; c += Width)
            {
                Vector<int> closed = Vector.Equals(Vector.Load(y + c), Vector.Load(shift + c));
                Vector.ConditionalSelect(closed, Vector<float>.Zero, Vector.Load(dy + c) * Vector.Load(scale + c)).Store(destination + c);
            }

            for (; c < channels; c++)
                destination[c] = y[c] == shift[c] ? 0 : dy[c] * scale[c];
        }
    }

    /// <summary>Mean and sum of squared deviations of each channel over rows that begin a stride apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Moments(float* x, int rows, int stride, int channels, float* mean, float* deviation)
    {
        ColumnSums(x, rows, stride, 0, channels, mean);
        float scale = 1f / rows;
        for (int i = 0; i < channels; i++)
            mean[i] *= scale;
        nint end = (nint)rows * stride;
        int c = 0;
        for (; c <= channels - 4 * Width; c += 4 * Width)
        {
            Vector<float> m0 = Vector.Load(mean + c), m1 = Vector.Load(mean + c + Width), m2 = Vector.Load(mean + c + 2 * Width),
                m3 = Vector.Load(mean + c + 3 * Width);
            Vector<float> s0 = default, s1 = default, s2 = default, s3 = default;
            for (nint at = c; at < end; at += stride)
            {
                Vector<float> d0 = Vector.Load(x + at) - m0, d1 = Vector.Load(x + at + Width) - m1;
                Vector<float> d2 = Vector.Load(x + at + 2 * Width) - m2, d3 = Vector.Load(x + at + 3 * Width) - m3;
                s0 = Vector.FusedMultiplyAdd(d0, d0, s0);
                s1 = Vector.FusedMultiplyAdd(d1, d1, s1);
                s2 = Vector.FusedMultiplyAdd(d2, d2, s2);
                s3 = Vector.FusedMultiplyAdd(d3, d3, s3);
            }

            Store(s0, s1, s2, s3, deviation + c);
        }

        for (; c < channels; c++)
        {
            float squares = 0;
            for (nint at = c; at < end; at += stride)
            {
                float d = x[at] - mean[c];
                squares = MathF.FusedMultiplyAdd(d, d, squares);
            }

            deviation[c] = squares;
        }
    }

    /// <summary>Sums of <c>dy</c> and of <c>dy * (x - mean)</c> of each channel over the rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void GradientSums(float* dy, float* x, float* mean, int rows, int channels, float* sums, float* products)
    {
        ColumnSums(dy, rows, channels, 0, channels, sums);
        nint end = (nint)rows * channels;
        int c = 0;
        for (; c <= channels - 4 * Width; c += 4 * Width)
        {
            Vector<float> m0 = Vector.Load(mean + c), m1 = Vector.Load(mean + c + Width), m2 = Vector.Load(mean + c + 2 * Width),
                m3 = Vector.Load(mean + c + 3 * Width);
            Vector<float> s0 = default, s1 = default, s2 = default, s3 = default;
            for (nint at = c; at < end; at += channels)
            {
                s0 = Vector.FusedMultiplyAdd(Vector.Load(dy + at), Vector.Load(x + at) - m0, s0);
                s1 = Vector.FusedMultiplyAdd(Vector.Load(dy + at + Width), Vector.Load(x + at + Width) - m1, s1);
                s2 = Vector.FusedMultiplyAdd(Vector.Load(dy + at + 2 * Width), Vector.Load(x + at + 2 * Width) - m2, s2);
                s3 = Vector.FusedMultiplyAdd(Vector.Load(dy + at + 3 * Width), Vector.Load(x + at + 3 * Width) - m3, s3);
            }

            Store(s0, s1, s2, s3, products + c);
        }

        for (; c < channels; c++)
        {
            float product = 0;
            for (nint at = c; at < end; at += channels)
                product = MathF.FusedMultiplyAdd(dy[at], x[at] - mean[c], product);
            products[c] = product;
        }
    }

    /// <summary>
    /// Sum of each channel over rows that begin a stride apart, for channels <paramref name="from"/> to <paramref name="to"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ColumnSums(float* x, int rows, int stride, int from, int to, float* sums)
    {
        nint end = (nint)rows * stride;
        int c = from;

        // Four chains of additions at a time hide each other's latency.
        for (; c <= to - 4 * Width; c += 4 * Width)
        {
            Vector<float> s0 = default, s1 = default, s2 = default, s3 = default;
            for (nint at = c; at < end; at += stride)
            {
                s0 += Vector.Load(x + at);
                s1 += Vector.Load(x + at + Width);
                s2 += Vector.Load(x + at + 2 * Width);
                s3 += Vector.Load(x + at + 3 * Width);
            }

            Store(s0, s1, s2, s3, sums + c);
        }

        for (; c < to; c++)
        {
            float sum = 0;
            for (nint at = c; at < end; at += stride)
                sum += x[at];
            sums[c] = sum;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector<float> v0, Vector<float> v1, Vector<float> v2, Vector<float> v3, float* destination)
    {
        v0.Store(destination);
        v1.Store(destination + Width);
        v2.Store(destination + 2 * Width);
        v3.Store(destination + 3 * Width);
    }
}
