using AdvLib.Numerics;

namespace AdvLib;

/// <summary>Fully connected layer: <c>y = x W + b</c> with W of (inputs x units).</summary>
public sealed unsafe class Dense : LinearLayer
{
    private OffsetTable _images = OffsetTable.Empty;
    private OffsetTable _inputs = OffsetTable.Empty;
    private OffsetTable _outputRows = OffsetTable.Empty;
    private OffsetTable _outputs = OffsetTable.Empty;

    /// <summary>Creates the layer.</summary>
    /// <param name="units">Number of outputs, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="units"/> is below 1.</exception>
    public Dense(int units)
        : base(units) => ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);

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

    private protected override void Compute(int from, int to, float* output, in Epilogue epilogue) => MultiplyPatches(from, to, output, epilogue);

    internal override void Backward(int from, int to)
    {
        var gradient = new GatheredMatrix(Output.Gradient, _outputRows.Pointer + from, _outputs.Pointer);
        PatchGradients(gradient, to - from, Input.Gradient + (nint)from * InputShape.Size, InputShape.Size, InputShape.Size);
    }
}
