using System.Runtime.CompilerServices;

namespace AdvLib.Numerics;

/// <summary>A number the JIT knows, so that tiles of every height and width come from one source.</summary>
internal interface IConstant
{
    static abstract int Value { get; }
}

internal readonly struct N1 : IConstant { public static int Value => 1; }

internal readonly struct N2 : IConstant { public static int Value => 2; }

internal readonly struct N3 : IConstant { public static int Value => 3; }

internal readonly struct N4 : IConstant { public static int Value => 4; }

internal readonly struct N5 : IConstant { public static int Value => 5; }

internal readonly struct N6 : IConstant { public static int Value => 6; }

internal readonly struct N7 : IConstant { public static int Value => 7; }

internal readonly struct N8 : IConstant { public static int Value => 8; }

/// <summary>
/// The register-tiled micro-kernel: up to 8 rows by one or two vectors of C, kept in registers over the whole depth. Each
/// element is one chain of fused multiply-adds in depth order, whatever the tile's height, width or place.
/// </summary>
internal static unsafe class GemmTile<TSimd, TVector, TRows, TVectors>
    where TSimd : ISimd<TVector>
    where TRows : IConstant
    where TVectors : IConstant
{
    /// <summary><c>C[i, :] = start + sum_r a[rows[i] + depth[r]] * B[r, :]</c>, then the epilogue.</summary>
    /// <param name="a">Base of A.</param>
    /// <param name="rows">Offsets of the tile's rows in A.</param>
    /// <param name="depths">Offsets of the depth's steps in A.</param>
    /// <param name="depth">Number of steps.</param>
    /// <param name="b">First row of B's panel.</param>
    /// <param name="ldb">Floats between rows of B.</param>
    /// <param name="c">The tile in C.</param>
    /// <param name="ldc">Floats between rows of C.</param>
    /// <param name="start">What the sums start from, one row for all; null starts from C itself.</param>
    /// <param name="epilogue">What is done with the sums before they are stored; its columns begin at the tile's.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(
        float* a, int* rows, int* depths, int depth, float* b, nint ldb, float* c, nint ldc, float* start, in Epilogue epilogue)
    {
        float* a0 = a + rows[0];
        float* a1 = TRows.Value > 1 ? a + rows[1] : a;
        float* a2 = TRows.Value > 2 ? a + rows[2] : a;
        float* a3 = TRows.Value > 3 ? a + rows[3] : a;
        float* a4 = TRows.Value > 4 ? a + rows[4] : a;
        float* a5 = TRows.Value > 5 ? a + rows[5] : a;
        float* a6 = TRows.Value > 6 ? a + rows[6] : a;
        float* a7 = TRows.Value > 7 ? a + rows[7] : a;

        float* s = start is null ? c : start;
        nint lds = start is null ? ldc : 0;
        Begin(s, 0 * lds, out TVector c00, out TVector c01);
        Begin(s, TRows.Value > 1 ? 1 * lds : 0, out TVector c10, out TVector c11);
        Begin(s, TRows.Value > 2 ? 2 * lds : 0, out TVector c20, out TVector c21);
        Begin(s, TRows.Value > 3 ? 3 * lds : 0, out TVector c30, out TVector c31);
        Begin(s, TRows.Value > 4 ? 4 * lds : 0, out TVector c40, out TVector c41);
        Begin(s, TRows.Value > 5 ? 5 * lds : 0, out TVector c50, out TVector c51);
        Begin(s, TRows.Value > 6 ? 6 * lds : 0, out TVector c60, out TVector c61);
        Begin(s, TRows.Value > 7 ? 7 * lds : 0, out TVector c70, out TVector c71);

        for (int r = 0; r < depth; r++)
        {
            nint at = depths[r];
            TVector b0 = TSimd.Load(b);
            TVector b1 = TVectors.Value > 1 ? TSimd.Load(b + TSimd.Width) : b0;
            b += ldb;
            Step(a0, at, b0, b1, ref c00, ref c01);
            if (TRows.Value > 1) Step(a1, at, b0, b1, ref c10, ref c11);
            if (TRows.Value > 2) Step(a2, at, b0, b1, ref c20, ref c21);
            if (TRows.Value > 3) Step(a3, at, b0, b1, ref c30, ref c31);
            if (TRows.Value > 4) Step(a4, at, b0, b1, ref c40, ref c41);
            if (TRows.Value > 5) Step(a5, at, b0, b1, ref c50, ref c51);
            if (TRows.Value > 6) Step(a6, at, b0, b1, ref c60, ref c61);
            if (TRows.Value > 7) Step(a7, at, b0, b1, ref c70, ref c71);
        }

        End(c, c00, c01, epilogue);
        if (TRows.Value > 1) End(c + 1 * ldc, c10, c11, epilogue);
        if (TRows.Value > 2) End(c + 2 * ldc, c20, c21, epilogue);
        if (TRows.Value > 3) End(c + 3 * ldc, c30, c31, epilogue);
        if (TRows.Value > 4) End(c + 4 * ldc, c40, c41, epilogue);
        if (TRows.Value > 5) End(c + 5 * ldc, c50, c51, epilogue);
        if (TRows.Value > 6) End(c + 6 * ldc, c60, c61, epilogue);
        if (TRows.Value > 7) End(c + 7 * ldc, c70, c71, epilogue);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Begin(float* start, nint offset, out TVector first, out TVector second)
    {
        first = TSimd.Load(start + offset);
        second = TVectors.Value > 1 ? TSimd.Load(start + offset + TSimd.Width) : first;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(float* a, nint at, TVector b0, TVector b1, ref TVector first, ref TVector second)
    {
        TVector x = TSimd.Splat(a[at]);
        first = TSimd.MultiplyAdd(x, b0, first);
        if (TVectors.Value > 1)
            second = TSimd.MultiplyAdd(x, b1, second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void End(float* c, TVector first, TVector second, in Epilogue epilogue)
    {
        End(c, first, epilogue, 0);
        if (TVectors.Value > 1)
            End(c + TSimd.Width, second, epilogue, TSimd.Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void End(float* c, TVector value, in Epilogue epilogue, int column)
    {
        if (epilogue.Rectify)
            value = TSimd.Max(value, TSimd.Zero);
        if (epilogue.Scale is not null)
            value = TSimd.MultiplyAdd(value, TSimd.Load(epilogue.Scale + column), TSimd.Load(epilogue.Shift + column));
        if (epilogue.Adds)
            value = TSimd.Add(value, TSimd.Load(c));
        TSimd.Store(value, c);
    }
}
