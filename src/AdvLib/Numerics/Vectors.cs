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
                    s[0], s[columns], s[2 * (nint)columns], s[3 * (nint)columns], s[4 * (nint)columns], s[5 * (nint)columns], s[6 * (nint)columns], s[7 * (nint)columns]).Store(d);
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

    /// <summary>For each row: <c>destination = dy * a + x * b + shift</c>, coefficients by channel; dy and destination may be the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Affine2(float* dy, float* a, float* x, float* b, float* shift, float* destination, int rows, int channels)
    {
        for (int r = 0; r < rows; r++, x += channels, dy += channels, destination += channels)
        {
            int c = 0;
            for (; c <= channels - Width; c += Width)
            {
                Vector<float> t = Vector.FusedMultiplyAdd(Vector.Load(x + c), Vector.Load(b + c), Vector.Load(shift + c));
                Vector.FusedMultiplyAdd(Vector.Load(dy + c), Vector.Load(a + c), t).Store(destination + c);
            }

            for (; c < channels; c++)
                destination[c] = MathF.FusedMultiplyAdd(dy[c], a[c], MathF.FusedMultiplyAdd(x[c], b[c], shift[c]));
        }
    }

    /// <summary>As <see cref="Affine2"/>, but 0 where x is not positive: x is a ReLU's output, and its gradient is gated in the same pass.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Affine2Gated(float* dy, float* a, float* x, float* b, float* shift, float* destination, int rows, int channels)
    {
        for (int r = 0; r < rows; r++, x += channels, dy += channels, destination += channels)
        {
            int c = 0;
            for (; c <= channels - Width; c += Width)
            {
                Vector<float> v = Vector.Load(x + c);
                Vector<float> t = Vector.FusedMultiplyAdd(v, Vector.Load(b + c), Vector.Load(shift + c));
                Vector<float> g = Vector.FusedMultiplyAdd(Vector.Load(dy + c), Vector.Load(a + c), t);
                Vector.ConditionalSelect(Vector.GreaterThan(v, Vector<float>.Zero), g, Vector<float>.Zero).Store(destination + c);
            }

            for (; c < channels; c++)
                destination[c] = x[c] > 0 ? MathF.FusedMultiplyAdd(dy[c], a[c], MathF.FusedMultiplyAdd(x[c], b[c], shift[c])) : 0;
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

    /// <summary>Mean and sum of squared deviations of each channel over the rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Moments(float* x, int rows, int channels, float* mean, float* deviation)
    {
        float scale = 1f / rows;
        int c = 0;
        for (; c <= channels - Width; c += Width)
        {
            Vector<float> sum = Vector<float>.Zero;
            for (int r = 0; r < rows; r++)
                sum += Vector.Load(x + (nint)r * channels + c);
            Vector<float> m = sum * scale;
            Vector<float> squares = Vector<float>.Zero;
            for (int r = 0; r < rows; r++)
            {
                Vector<float> d = Vector.Load(x + (nint)r * channels + c) - m;
                squares = Vector.FusedMultiplyAdd(d, d, squares);
            }

            m.Store(mean + c);
            squares.Store(deviation + c);
        }

        for (; c < channels; c++)
        {
            float sum = 0;
            for (int r = 0; r < rows; r++)
                sum += x[(nint)r * channels + c];
            float m = sum * scale;
            float squares = 0;
            for (int r = 0; r < rows; r++)
            {
                float d = x[(nint)r * channels + c] - m;
                squares = MathF.FusedMultiplyAdd(d, d, squares);
            }

            mean[c] = m;
            deviation[c] = squares;
        }
    }

    /// <summary>Sums of <c>dy</c> and of <c>dy * (x - mean)</c> of each channel over the rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void GradientSums(float* dy, float* x, float* mean, int rows, int channels, float* sums, float* products)
    {
        int c = 0;
        for (; c <= channels - Width; c += Width)
        {
            Vector<float> m = Vector.Load(mean + c);
            Vector<float> sum = Vector<float>.Zero;
            Vector<float> product = Vector<float>.Zero;
            for (int r = 0; r < rows; r++)
            {
                Vector<float> g = Vector.Load(dy + (nint)r * channels + c);
                sum += g;
                product = Vector.FusedMultiplyAdd(g, Vector.Load(x + (nint)r * channels + c) - m, product);
            }

            sum.Store(sums + c);
            product.Store(products + c);
        }

        for (; c < channels; c++)
        {
            float sum = 0;
            float product = 0;
            for (int r = 0; r < rows; r++)
            {
                float g = dy[(nint)r * channels + c];
                sum += g;
                product = MathF.FusedMultiplyAdd(g, x[(nint)r * channels + c] - mean[c], product);
            }

            sums[c] = sum;
            products[c] = product;
        }
    }

    /// <summary>Sum of each channel over the rows, for channels <paramref name="from"/> to <paramref name="to"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ColumnSums(float* x, int rows, int channels, int from, int to, float* sums)
    {
        int c = from;
        for (; c <= to - Width; c += Width)
        {
            Vector<float> sum = Vector<float>.Zero;
            for (int r = 0; r < rows; r++)
                sum += Vector.Load(x + (nint)r * channels + c);
            sum.Store(sums + c);
        }

        for (; c < to; c++)
        {
            float sum = 0;
            for (int r = 0; r < rows; r++)
                sum += x[(nint)r * channels + c];
            sums[c] = sum;
        }
    }
}
