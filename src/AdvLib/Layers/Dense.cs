using AdvLib.Numerics;

namespace AdvLib;

/// <summary>Fully connected layer: <c>y = x W + b</c> with W of (inputs x units).</summary>
public sealed unsafe class Dense : LinearLayer
{
    private OffsetTable _images = OffsetTable.Empty;
    private OffsetTable _inputs = OffsetTable.Empty;
    private OffsetTable _outputRows = OffsetTable.Empty;
    private OffsetTable _outputs = OffsetTable.Empty;

    // Where each rank makes rows of the kernel's gradient, of all ranks' images.
    private readonly Action<int, int> _ownRows;
    private OffsetTable _allImages = OffsetTable.Empty;
    private int _total;
    private int _firstRow;

    /// <summary>Creates the layer.</summary>
    /// <param name="units">Number of outputs, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="units"/> is below 1.</exception>
    public Dense(int units)
        : base(units)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);
        _ownRows = OwnRows;
    }

    internal override string Kind => "dense";

    internal override string Details => $"{Units} units";

    private protected override int PatchSize => InputShape.Size;

    private protected override int RowsPerImage => 1;

    private protected override int[] KernelShape => [InputShape.Size, Units];

    private protected override (int In, int Out) Fan => (InputShape.Size, Units);

    private protected override GatheredMatrix Patches => new(Input.Value, _images.Pointer, _inputs.Pointer);

    internal override Shape Configure(Shape input)
    {
        if (input.Height != 1 || input.Width != 1)
            throw new ShapeMismatchException($"A dense layer on an input of {input}.", "a vector.", "Put a Flatten layer before it.");
        return Shape.Vector(Units);
    }

    internal override void Reserve(int batch)
    {
        base.Reserve(batch);
        _images = OffsetTable.Strided(batch, InputShape.Size);
        _inputs = OffsetTable.Strided(InputShape.Size, 1);
        _outputRows = OffsetTable.Strided(batch, Units);
        _outputs = OffsetTable.Strided(Units, 1);
    }

    internal override void ReserveShare(int total)
    {
        _total = total;
        if (!SumsOwnRows)
            return;
        Input.ReserveShare(Share!.First, total);
        Output.ReserveShare(Share.First, total);
        if (_allImages == OffsetTable.Empty)
            _allImages = OffsetTable.Strided(MostShown, InputShape.Size);
    }

    private protected override void Compute(int from, int to, float* output, in Epilogue epilogue) => MultiplyPatches(from, to, output, epilogue);

    internal override void Backward(int from, int to)
    {
        var gradient = new GatheredMatrix(Output.Gradient, _outputRows.Pointer + from, _outputs.Pointer);
        PatchGradients(gradient, to - from, Input.Gradient + (nint)from * InputShape.Size, InputShape.Size, InputShape.Size);
    }

    // Images that are less to show than the kernel.
    private int MostShown => Kernel.Length / (InputShape.Size + Units);

    internal override bool SumsOwnRows => MovesOwnRows && _total <= MostShown;

    private protected override void SumOwnRows(ThreadTeam team, BatchShare share)
    {
        share.Reducer.Gather(Input.AllValues, InputShape.Size);
        share.Reducer.Gather(Output.AllGradients, Units);
        (_firstRow, int end) = share.Reducer.Share.Of(PatchSize);
        team.Run(end - _firstRow, _ownRows);
        fixed (float* gradients = Output.AllGradients)
            Vectors.ColumnSums(gradients, _total, Units, 0, Units, Bias.Gradient);
    }

    private void OwnRows(int from, int to)
    {
        fixed (float* images = Input.AllValues, gradients = Output.AllGradients)
        {
            var inputs = new GatheredMatrix(images, _inputs.Pointer, _allImages.Pointer);
            Gemm.Run(inputs, _firstRow + from, _firstRow + to, _total, PanelMatrix.RowMajor(gradients, Units), Units, Kernel.Gradient, Units);
        }
    }
}
