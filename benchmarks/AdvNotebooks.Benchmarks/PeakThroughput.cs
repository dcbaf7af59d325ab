using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using AdvLib.Numerics;

namespace AdvNotebooks.Benchmarks;

/// <summary>
/// What the cores can do at most: independent chains of fused multiply-adds at the widest vector width, all in registers, on all
/// threads of a team. More chains than latency times throughput of any processor's multiply-adders, few enough for 16 registers.
/// </summary>
internal static class PeakThroughput
{
    private const int Chains = 12;
    private const int Rounds = 200_000;
    private const int BlocksPerThread = 4;
    private const int Runs = 30;

    private static float _sink;

    /// <summary>Measures for some tenths of a second.</summary>
    /// <param name="team">The threads.</param>
    /// <returns>The best run, in GFLOP/s.</returns>
    public static double Gigaflops(ThreadTeam team)
    {
        int blocks = team.Threads * BlocksPerThread;
        // Without vector instructions a multiply-add may be a call: the same tenths of a second take fewer.
        int rounds = Gemm.VectorWidth == 1 ? Rounds / 20 : Rounds;
        double flop = 2.0 * Gemm.VectorWidth * Chains * rounds * blocks;
        Action<int, int> work = (from, to) =>
        {
            for (int block = from; block < to; block++)
                Run(rounds);
        };
        double best = 0;
        for (int run = 0; run < Runs; run++)
        {
            long start = Stopwatch.GetTimestamp();
            team.Run(blocks, work);
            best = Math.Max(best, flop / Stopwatch.GetElapsedTime(start).TotalNanoseconds);
        }

        return best;
    }

    private static void Run(int rounds)
    {
        if (Gemm.VectorWidth == 16)
            _sink = Chain<Simd512, Vector512<float>>(rounds).GetElement(0);
        else if (Gemm.VectorWidth == 8)
            _sink = Chain<Simd256, Vector256<float>>(rounds).GetElement(0);
        else if (Gemm.VectorWidth == 4)
            _sink = Chain<Simd128, Vector128<float>>(rounds).GetElement(0);
        else
            _sink = Chain<SimdScalar, float>(rounds);
    }

    // Each chain goes to 1, so that no value overflows or becomes denormal.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static TVector Chain<TSimd, TVector>(int rounds)
        where TSimd : ISimd<TVector>
    {
        TVector half = TSimd.Splat(0.5f);
        TVector a = half, b = half, c = half, d = half, e = half, f = half;
        TVector g = half, h = half, i = half, j = half, k = half, l = half;
        for (int round = 0; round < rounds; round++)
        {
            a = TSimd.MultiplyAdd(a, half, half);
            b = TSimd.MultiplyAdd(b, half, half);
            c = TSimd.MultiplyAdd(c, half, half);
            d = TSimd.MultiplyAdd(d, half, half);
            e = TSimd.MultiplyAdd(e, half, half);
            f = TSimd.MultiplyAdd(f, half, half);
            g = TSimd.MultiplyAdd(g, half, half);
            h = TSimd.MultiplyAdd(h, half, half);
            i = TSimd.MultiplyAdd(i, half, half);
            j = TSimd.MultiplyAdd(j, half, half);
            k = TSimd.MultiplyAdd(k, half, half);
            l = TSimd.MultiplyAdd(l, half, half);
        }

        TVector one = TSimd.Splat(1);
        TVector first = TSimd.MultiplyAdd(a, b, TSimd.MultiplyAdd(c, d, TSimd.MultiplyAdd(e, f, one)));
        return TSimd.MultiplyAdd(g, h, TSimd.MultiplyAdd(i, j, TSimd.MultiplyAdd(k, l, first)));
    }
}
