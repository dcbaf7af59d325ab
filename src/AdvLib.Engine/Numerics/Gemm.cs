using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AdvLib.Numerics;

/// <summary>A as the sum of two offset tables: <c>A[i, r] = Data[Rows[i] + Depths[r]]</c>. Convolutions need no im2col this way.</summary>
internal readonly unsafe struct GatheredMatrix(float* data, int* rows, int* depths)
{
    public readonly float* Data = data;
    public readonly int* Rows = rows;
    public readonly int* Depths = depths;
}

/// <summary>B in vertical panels of <see cref="Gemm.PanelWidth"/> columns, each with rows of its own stride.</summary>
internal readonly unsafe struct PanelMatrix(float* data, nint panelStride, nint rowStride)
{
    public readonly float* Data = data;
    public readonly nint PanelStride = panelStride;
    public readonly nint RowStride = rowStride;

    /// <summary>A plain row-major matrix.</summary>
    public static PanelMatrix RowMajor(float* data, int columns) => new(data, Gemm.PanelWidth, columns);

    /// <summary>Panels one after the other, each holding its rows without gaps.</summary>
    public static PanelMatrix Packed(float* data, int rows) => new(data, (nint)rows * Gemm.PanelWidth, Gemm.PanelWidth);
}

/// <summary>
/// The one matrix product of the engine, <c>C = A B</c> with an <see cref="Epilogue"/>, for a range of C's rows: forward
/// passes, weight gradients and input gradients of convolution and dense layers all are this. Threads share no element of C.
/// </summary>
internal static unsafe class Gemm
{
    // Steps of depth worked on at a time, so that a panel of B and the rows of A stay in the second-level cache.
    private const int DepthBlock = 512;

    /// <summary>A number that every machine's <see cref="PanelWidth"/> divides: what depends on it does so on all of them alike.</summary>
    public const int WidestPanel = 32;

    private static readonly AlignedBuffer Zeros = new(64);

    /// <summary>Columns of a panel of B: two of the widest vectors.</summary>
    public static int PanelWidth => 2 * VectorWidth;

    /// <summary>Floats in the widest vector this machine has.</summary>
    public static int VectorWidth =>
        Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : Vector128.IsHardwareAccelerated ? 4 : 1;

    /// <summary>The vector width in use, for run cards.</summary>
    public static string Instructions =>
        VectorWidth switch { 16 => "512-bit SIMD", 8 => "256-bit SIMD", 4 => "128-bit SIMD", _ => "scalar" };

    /// <summary><c>C[i, 0..columns) = epilogue(bias + A[i, :] B)</c> for rows <paramref name="from"/> to <paramref name="to"/>.</summary>
    /// <param name="a">A.</param>
    /// <param name="from">First row.</param>
    /// <param name="to">Row after the last.</param>
    /// <param name="depth">Columns of A, rows of B.</param>
    /// <param name="b">B; <see cref="AlignedBuffer.Slack"/> floats past its end are read.</param>
    /// <param name="columns">Columns of B and C.</param>
    /// <param name="c">Row 0 of C.</param>
    /// <param name="ldc">Floats between rows of C.</param>
    /// <param name="epilogue">Bias, ReLU and scaling of the finished elements.</param>
    /// <param name="goesOn">Whether each element's chain begins at what C holds, instead of the bias or 0.</param>
    public static void Run(in GatheredMatrix a, int from, int to, int depth, in PanelMatrix b, int columns, float* c, int ldc,
        in Epilogue epilogue = default, bool goesOn = false)
    {
        if (Vector512.IsHardwareAccelerated)
            Run<Simd512, Vector512<float>>(a, from, to, depth, b, columns, c, ldc, epilogue, goesOn);
        else if (Vector256.IsHardwareAccelerated)
            Run<Simd256, Vector256<float>>(a, from, to, depth, b, columns, c, ldc, epilogue, goesOn);
        else if (Vector128.IsHardwareAccelerated)
            Run<Simd128, Vector128<float>>(a, from, to, depth, b, columns, c, ldc, epilogue, goesOn);
        else
            Run<SimdScalar, float>(a, from, to, depth, b, columns, c, ldc, epilogue, goesOn);
    }

    /// <summary>As the other overload, at one vector width: the tests compare them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TSimd, TVector>(
        in GatheredMatrix a, int from, int to, int depth, in PanelMatrix b, int columns, float* c, int ldc, in Epilogue epilogue,
        bool goesOn = false)
        where TSimd : ISimd<TVector>
    {
        int panelWidth = 2 * TSimd.Width;
        float* edge = stackalloc float[8 * 32];
        for (int d = 0; d < depth; d += DepthBlock)
        {
            int steps = Math.Min(DepthBlock, depth - d);
            bool first = d == 0 && !goesOn;
            bool last = d + steps == depth;
            for (int j = 0; j < columns; j += panelWidth)
            {
                float* panel = b.Data + j / panelWidth * b.PanelStride + d * b.RowStride;
                float* start = !first ? null : epilogue.Bias is null ? Zeros.Pointer : epilogue.Bias + j;
                Epilogue end = epilogue.At(j, last);
                int width = Math.Min(panelWidth, columns - j);
                for (int i = from; i < to; i += TSimd.TileRows)
                {
                    int height = Math.Min(TSimd.TileRows, to - i);
                    float* tile = c + (nint)i * ldc + j;
                    if (width == panelWidth)
                    {
                        Tile<TSimd, TVector, N2>(
                            height, a.Data, a.Rows + i, a.Depths + d, steps, panel, b.RowStride, tile, ldc, start, end);
                        continue;
                    }

                    if (width == TSimd.Width)
                    {
                        Tile<TSimd, TVector, N1>(
                            height, a.Data, a.Rows + i, a.Depths + d, steps, panel, b.RowStride, tile, ldc, start, end);
                        continue;
                    }

                    // A tile that hangs over C's right edge is computed whole beside C, and only its own columns are copied.
                    if (start is null)
                        Copy(tile, ldc, edge, panelWidth, height, width);
                    if (width > TSimd.Width)
                        Tile<TSimd, TVector, N2>(
                            height, a.Data, a.Rows + i, a.Depths + d, steps, panel, b.RowStride, edge, panelWidth, start, end);
                    else
                        Tile<TSimd, TVector, N1>(
                            height, a.Data, a.Rows + i, a.Depths + d, steps, panel, b.RowStride, edge, panelWidth, start, end);
                    Copy(edge, panelWidth, tile, ldc, height, width);
                }
            }
        }
    }

    /// <summary>
    /// <c>C[i, :] += A[i, :] B</c> where C's rows lie in runs apart from each other, as the pixels that one position of a kernel sees do.
    /// Each element's sum is complete before it is added.
    /// </summary>
    /// <param name="a">A, of <c>runs * length</c> rows.</param>
    /// <param name="runs">Runs of rows.</param>
    /// <param name="length">Rows of a run.</param>
    /// <param name="depth">Columns of A, rows of B.</param>
    /// <param name="b">B.</param>
    /// <param name="columns">Columns of B and C: a multiple of <see cref="WidestPanel"/>.</param>
    /// <param name="c">Row 0 of C.</param>
    /// <param name="ldc">Floats between rows of a run.</param>
    /// <param name="runStride">Floats between the first rows of two runs.</param>
    public static void Add(
        in GatheredMatrix a, int runs, int length, int depth, in PanelMatrix b, int columns, float* c, int ldc, int runStride)
    {
        if (Vector512.IsHardwareAccelerated)
            Add<Simd512, Vector512<float>>(a, runs, length, depth, b, columns, c, ldc, runStride);
        else if (Vector256.IsHardwareAccelerated)
            Add<Simd256, Vector256<float>>(a, runs, length, depth, b, columns, c, ldc, runStride);
        else if (Vector128.IsHardwareAccelerated)
            Add<Simd128, Vector128<float>>(a, runs, length, depth, b, columns, c, ldc, runStride);
        else
            Add<SimdScalar, float>(a, runs, length, depth, b, columns, c, ldc, runStride);
    }

    /// <summary>As the other overload, at one vector width: the tests compare them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add<TSimd, TVector>(
        in GatheredMatrix a, int runs, int length, int depth, in PanelMatrix b, int columns, float* c, int ldc, int runStride)
        where TSimd : ISimd<TVector>
    {
        var end = new Epilogue(adds: true);
        for (int j = 0; j < columns; j += 2 * TSimd.Width)
        {
            float* panel = b.Data + j / (2 * TSimd.Width) * b.PanelStride;
            for (int run = 0; run < runs; run++)
            {
                int* rows = a.Rows + run * length;
                float* first = c + (nint)run * runStride + j;
                for (int i = 0; i < length; i += TSimd.TileRows)
                {
                    Tile<TSimd, TVector, N2>(
                        Math.Min(TSimd.TileRows, length - i), a.Data, rows + i, a.Depths, depth, panel, b.RowStride,
                        first + (nint)i * ldc, ldc, Zeros.Pointer, end);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Tile<TSimd, TVector, TVectors>(
        int height, float* a, int* rows, int* depths, int depth, float* b, nint ldb, float* c, nint ldc, float* start, in Epilogue epilogue)
        where TSimd : ISimd<TVector>
        where TVectors : IConstant
    {
        switch (height)
        {
            case 8: GemmTile<TSimd, TVector, N8, TVectors>.Run(a, rows, depths, depth, b, ldb, c, ldc, start, epilogue); break;
            case 7: GemmTile<TSimd, TVector, N7, TVectors>.Run(a, rows, depths, depth, b, ldb, c, ldc, start, epilogue); break;
            case 6: GemmTile<TSimd, TVector, N6, TVectors>.Run(a, rows, depths, depth, b, ldb, c, ldc, start, epilogue); break;
            case 5: GemmTile<TSimd, TVector, N5, TVectors>.Run(a, rows, depths, depth, b, ldb, c, ldc, start, epilogue); break;
            case 4: GemmTile<TSimd, TVector, N4, TVectors>.Run(a, rows, depths, depth, b, ldb, c, ldc, start, epilogue); break;
            case 3: GemmTile<TSimd, TVector, N3, TVectors>.Run(a, rows, depths, depth, b, ldb, c, ldc, start, epilogue); break;
            case 2: GemmTile<TSimd, TVector, N2, TVectors>.Run(a, rows, depths, depth, b, ldb, c, ldc, start, epilogue); break;
            default: GemmTile<TSimd, TVector, N1, TVectors>.Run(a, rows, depths, depth, b, ldb, c, ldc, start, epilogue); break;
        }
    }

    private static void Copy(float* source, nint lds, float* destination, nint ldd, int rows, int columns)
    {
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
                destination[i * ldd + j] = source[i * lds + j];
        }
    }
}
