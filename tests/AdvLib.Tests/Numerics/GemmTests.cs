using System.Runtime.Intrinsics;
using AdvLib.Numerics;

namespace AdvLib.Tests;

public sealed unsafe class GemmTests
{
    public static TheoryData<int, int, int> Sizes => new()
    {
        { 1, 1, 1 }, { 3, 2, 5 }, { 8, 32, 9 }, { 13, 10, 64 }, { 50, 33, 700 }, { 6, 16, 1200 }, { 17, 47, 31 }, { 64, 128, 300 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void EveryVectorWidthGivesTheScalarBitsAndTheRightProduct(int rows, int columns, int depth)
    {
        foreach (bool rectify in (bool[])[false, true])
        {
            foreach (bool withBias in (bool[])[false, true])
            {
                foreach (bool withScale in (bool[])[false, true])
                {
                    var problem = new Problem(rows, columns, depth);
                    float[] scalar = problem.Run<SimdScalar, float>(withBias, rectify, withScale);
                    problem.AssertNear(scalar, withBias, rectify, withScale);
                    Assert.Equal(scalar, problem.Run<Simd128, Vector128<float>>(withBias, rectify, withScale));
                    Assert.Equal(scalar, problem.Run<Simd256, Vector256<float>>(withBias, rectify, withScale));
                    Assert.Equal(scalar, problem.Run<Simd512, Vector512<float>>(withBias, rectify, withScale));
                }
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(7)]
    public void RowRangesGiveTheBitsOfOneCall(int share)
    {
        var problem = new Problem(rows: 29, columns: 45, depth: 530);
        float[] whole = problem.Run<Simd256, Vector256<float>>(withBias: true, rectify: false, withScale: true);
        Assert.Equal(whole, problem.Run<Simd256, Vector256<float>>(withBias: true, rectify: false, withScale: true, share));
    }

    [Fact]
    public void NothingOutsideTheRowsAndColumnsIsWritten()
    {
        var problem = new Problem(rows: 11, columns: 13, depth: 40);
        float[] c = problem.RunWithMargin(stride: 20);
        for (int i = 0; i < c.Length; i++)
        {
            bool inside = i / 20 is >= 2 and < 9 && i % 20 < 13;
            Assert.Equal(inside, c[i] != -777);
        }
    }

    [Theory]
    [InlineData(1, 1, 32, 1)]
    [InlineData(3, 11, 64, 40)]
    [InlineData(2, 16, 96, 700)]
    public void RunsOfRowsGainTheirProductAndNothingBetweenThemMoves(int runs, int length, int columns, int depth)
    {
        var problem = new Problem(runs * length, columns, depth);
        float[] product = problem.Run<SimdScalar, float>(withBias: false, rectify: false, withScale: false);
        (int stride, int runStride) = (columns + 32, (length + 2) * (columns + 32));
        float[] expected = [.. Enumerable.Range(0, runs * runStride).Select(i => i / 7f)];
        for (int i = 0; i < product.Length; i++)
            expected[i / columns / length * runStride + i / columns % length * stride + i % columns] += product[i];
        Assert.Equal(expected, problem.Add<SimdScalar, float>(runs, stride, runStride));
        Assert.Equal(expected, problem.Add<Simd128, Vector128<float>>(runs, stride, runStride));
        Assert.Equal(expected, problem.Add<Simd256, Vector256<float>>(runs, stride, runStride));
        Assert.Equal(expected, problem.Add<Simd512, Vector512<float>>(runs, stride, runStride));
    }

    private sealed class Problem
    {
        private readonly int _rows;
        private readonly int _columns;
        private readonly int _depth;
        private readonly AlignedBuffer _a;
        private readonly AlignedBuffer _b;
        private readonly AlignedBuffer _bias;
        private readonly AlignedBuffer _scale;
        private readonly AlignedBuffer _shift;
        private readonly OffsetTable _rowOffsets;
        private readonly OffsetTable _depthOffsets;

        public Problem(int rows, int columns, int depth)
        {
            (_rows, _columns, _depth) = (rows, columns, depth);
            var rng = new Rng(7, RandomPurpose.Weights);
            _a = Random(rng, rows * depth);
            _b = Random(rng, depth * columns);
            _bias = Random(rng, columns);
            _scale = Random(rng, columns);
            _shift = Random(rng, columns);

            // A is stored with its depth reversed: the offsets must be honoured.
            _rowOffsets = OffsetTable.Strided(rows, depth);
            _depthOffsets = new OffsetTable(depth);
            for (int r = 0; r < depth; r++)
                _depthOffsets.Pointer[r] = depth - 1 - r;
        }

        public float[] Run<TSimd, TVector>(bool withBias, bool rectify, bool withScale, int share = int.MaxValue)
            where TSimd : ISimd<TVector>
        {
            var c = new AlignedBuffer(_rows * _columns);
            var b = new PanelMatrix(_b.Pointer, 2 * TSimd.Width, _columns);
            var epilogue = new Epilogue(withBias ? _bias.Pointer : null, rectify, withScale ? _scale.Pointer : null, withScale ? _shift.Pointer : null);
            for (int from = 0; from < _rows; from += Math.Min(share, _rows))
            {
                int to = Math.Min(_rows, from + Math.Min(share, _rows));
                Gemm.Run<TSimd, TVector>(A, from, to, _depth, b, _columns, c.Pointer, _columns, epilogue);
            }

            return c.Span.ToArray();
        }

        public float[] Add<TSimd, TVector>(int runs, int stride, int runStride)
            where TSimd : ISimd<TVector>
        {
            var c = new AlignedBuffer(runs * runStride);
            for (int i = 0; i < c.Span.Length; i++)
                c.Span[i] = i / 7f;
            var b = new PanelMatrix(_b.Pointer, 2 * TSimd.Width, _columns);
            Gemm.Add<TSimd, TVector>(A, runs, _rows / runs, _depth, b, _columns, c.Pointer, stride, runStride);
            return c.Span.ToArray();
        }

        public float[] RunWithMargin(int stride)
        {
            var c = new AlignedBuffer(_rows * stride);
            c.Span.Fill(-777);
            Gemm.Run(A, 2, 9, _depth, PanelMatrix.RowMajor(_b.Pointer, _columns), _columns, c.Pointer, stride);
            return c.Span.ToArray();
        }

        public void AssertNear(float[] found, bool withBias, bool rectify, bool withScale)
        {
            for (int i = 0; i < _rows; i++)
            {
                for (int j = 0; j < _columns; j++)
                {
                    double sum = withBias ? _bias.Span[j] : 0;
                    for (int r = 0; r < _depth; r++)
                        sum += (double)_a.Span[i * _depth + _depth - 1 - r] * _b.Span[r * _columns + j];
                    if (rectify)
                        sum = Math.Max(sum, 0);
                    if (withScale)
                        sum = sum * _scale.Span[j] + _shift.Span[j];
                    Assert.Equal(sum, found[i * _columns + j], 1e-5 * Math.Sqrt(_depth));
                }
            }
        }

        private GatheredMatrix A => new(_a.Pointer, _rowOffsets.Pointer, _depthOffsets.Pointer);

        private static AlignedBuffer Random(Rng rng, int length)
        {
            var buffer = new AlignedBuffer(length);
            foreach (ref float value in buffer.Span)
                value = rng.NextSingle(-1, 1);
            return buffer;
        }
    }
}
