using AdvLib.Numerics;

namespace AdvLib.Layers;

/// <summary>Fully connected layer: an image is one patch.</summary>
internal sealed unsafe class DenseLayer : LinearLayer
{
    private readonly Action<int, int> _sumRows;
    private OffsetTable _images = OffsetTable.Empty;
    private OffsetTable _inputs = OffsetTable.Empty;
    private OffsetTable _outputRows = OffsetTable.Empty;
    private OffsetTable _outputs = OffsetTable.Empty;
    private OffsetTable _allImages = OffsetTable.Empty;
    private int _firstRow;
    private int _total;

    public DenseLayer(PlacedLayer place, Activation input)
        : base(place, input, place.Output.Size) => _sumRows = SumRows;

    public override int PatchSize => InputShape.Size;

    protected override int RowsPerImage => 1;

    protected override GatheredMatrix Patches => new(Input.Value, _images.Pointer, _inputs.Pointer);

    public override void Reserve(int batch)
    {
        base.Reserve(batch);
        _images = OffsetTable.Strided(batch, InputShape.Size);
        _inputs = OffsetTable.Strided(InputShape.Size, 1);
        _outputRows = OffsetTable.Strided(batch, Units);
        _outputs = OffsetTable.Strided(Units, 1);
    }

    public override void Backward(int from, int to)
    {
        var gradient = new GatheredMatrix(Output.Gradient, _outputRows.Pointer + from, _outputs.Pointer);
        PatchGradients(gradient, to - from, Input.Gradient + (nint)from * InputShape.Size, InputShape.Size, InputShape.Size);
    }

    protected override void Compute(int from, int to, float* output, in Epilogue epilogue) => MultiplyPatches(from, to, output, epilogue);

    /// <summary>
    /// Some rows of the kernel's gradient and the whole of the bias's, over all images of the larger batch in which the layer's own are
    /// embedded, once their inputs and output gradients are there.
    /// </summary>
    /// <param name="team">Computes.</param>
    /// <param name="from">First row of the kernel.</param>
    /// <param name="to">The row after the last.</param>
    /// <param name="total">Images of the larger batch.</param>
    public void SumRowsOfAll(ThreadTeam team, int from, int to, int total)
    {
        (_firstRow, _total) = (from, total);
        if (_allImages.Length < total)
            _allImages = OffsetTable.Strided(total, InputShape.Size);
        team.Run(to - from, _sumRows);
        Vectors.ColumnSums(Output.Gradients.First, total, Units, 0, Units, Bias.Gradient);
    }

    private void SumRows(int from, int to)
    {
        var inputs = new GatheredMatrix(Input.Values.First, _inputs.Pointer, _allImages.Pointer);
        PanelMatrix gradients = PanelMatrix.RowMajor(Output.Gradients.First, Units);
        Gemm.Run(inputs, _firstRow + from, _firstRow + to, _total, gradients, Units, Kernel.Gradient, Units);
    }
}
