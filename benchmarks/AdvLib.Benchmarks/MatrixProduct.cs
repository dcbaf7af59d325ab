namespace AdvLib.Benchmarks;

/// <summary>One matrix product of a training step: which layer's, and which of its three.</summary>
/// <param name="Layer">The layer, seen as a convolution; a dense layer has one place and one kernel value a channel.</param>
/// <param name="Pass">Forward, weight gradient or input gradient.</param>
public sealed record MatrixProduct(LinearShape Layer, Pass Pass)
{
    /// <summary>The products of the recipe's network at a batch of 64; the last layer's are too small to matter.</summary>
    public static IEnumerable<MatrixProduct> Recipe { get; } =
    [
        .. from layer in (LinearShape[])
           [
               new("conv1", Places: 14, PaddedWidth: 29, Channels: 1, Kernel: 3, Units: 32),
               new("conv2", Places: 7, PaddedWidth: 15, Channels: 32, Kernel: 3, Units: 64),
               new("dense", Places: 1, PaddedWidth: 1, Channels: 7 * 7 * 64, Kernel: 1, Units: 128),
           ]
           from pass in Enum.GetValues<Pass>()
           select new MatrixProduct(layer, pass),
    ];

    /// <summary>Rows of the result.</summary>
    public int Rows => Pass == Pass.WeightGradient ? Layer.PatchSize : Layer.Rows;

    /// <summary>Columns of the result.</summary>
    public int Columns => Pass == Pass.InputGradient ? Layer.PatchSize : Layer.Units;

    /// <summary>Products summed into a value of the result.</summary>
    public int Depth => Pass switch { Pass.Forward => Layer.PatchSize, Pass.WeightGradient => Layer.Rows, _ => Layer.Units };

    /// <summary>Floating point operations: a multiplication and an addition each.</summary>
    public double Operations => 2.0 * Rows * Columns * Depth;

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Layer.Name} {Pass} {Rows}x{Depth}x{Columns}");
}
