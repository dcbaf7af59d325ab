using AdvLib.Numerics;
using BenchmarkDotNet.Attributes;

namespace AdvLib.Benchmarks;

/// <summary>The engine's matrix product at the recipe's shapes, on one thread, reading A where the layers read it.</summary>
public unsafe class GemmBenchmarks
{
    // As Conv2D does it: patches and patch gradients of a block stay in the second-level cache.
    private const int RowBlock = 256;

    private OffsetTable _rows = OffsetTable.Empty;
    private OffsetTable _depths = OffsetTable.Empty;
    private AlignedBuffer _a = new(0);
    private AlignedBuffer _b = new(0);
    private AlignedBuffer _c = new(0);

    /// <summary>The products of a training step.</summary>
    public static IEnumerable<MatrixProduct> Products => MatrixProduct.Recipe;

    /// <summary>The product to time.</summary>
    [ParamsSource(nameof(Products))]
    public MatrixProduct Product { get; set; } = null!;

    /// <summary>Fills A and B with random values.</summary>
    [GlobalSetup]
    public void Setup()
    {
        LinearShape layer = Product.Layer;
        _rows = Offsets(Product.Rows, Product.Pass switch { Pass.Forward => layer.PatchStart, Pass.WeightGradient => layer.PatchOffset, _ => row => row * layer.Units });
        _depths = Offsets(Product.Depth, Product.Pass switch { Pass.Forward => layer.PatchOffset, Pass.WeightGradient => layer.PatchStart, _ => unit => unit });
        int panels = (Product.Columns + Gemm.PanelWidth - 1) / Gemm.PanelWidth;
        _a = RandomValues.Buffer(Math.Max(layer.InputSize, layer.Rows * layer.Units));
        _b = RandomValues.Buffer(Product.Depth * panels * Gemm.PanelWidth);
        _c = new AlignedBuffer(Product.Rows * panels * Gemm.PanelWidth);
    }

    /// <summary>The whole product.</summary>
    [Benchmark]
    public void Run()
    {
        (int rows, int columns, int depth) = (Product.Rows, Product.Columns, Product.Depth);
        bool inputGradient = Product.Pass == Pass.InputGradient;
        // Whole vectors are stored, as the layers do.
        if (inputGradient)
            columns = (columns + Gemm.VectorWidth - 1) / Gemm.VectorWidth * Gemm.VectorWidth;
        int block = Product.Pass == Pass.WeightGradient ? rows : RowBlock;
        var a = new GatheredMatrix(_a.Pointer, _rows.Pointer, _depths.Pointer);
        PanelMatrix b = inputGradient ? PanelMatrix.Packed(_b.Pointer, depth) : PanelMatrix.RowMajor(_b.Pointer, columns);
        for (int from = 0; from < rows; from += block)
        {
            int to = Math.Min(rows, from + block);
            // A convolution's patch gradients are used at once: every block goes to the same place.
            float* c = inputGradient ? _c.Pointer - (nint)from * columns : _c.Pointer;
            Gemm.Run(a, from, to, depth, b, columns, c, columns, new Epilogue(rectify: Product.Pass == Pass.Forward));
        }
    }

    private static OffsetTable Offsets(int count, Func<int, int> offset)
    {
        var table = new OffsetTable(count);
        for (int i = 0; i < count; i++)
            table.Pointer[i] = offset(i);
        return table;
    }
}
