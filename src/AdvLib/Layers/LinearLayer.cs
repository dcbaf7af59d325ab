using System.Runtime.InteropServices;
using AdvLib.Numerics;

namespace AdvLib;

/// <summary>
/// What convolution and dense layers share: each output row is <c>bias + patch W</c>, where a patch is the part of the input that
/// row sees. Forward, weight gradient and input gradient are one matrix product each.
/// </summary>
/// <remarks>
/// <c>Y = P W + b</c>, <c>dW = P^T dY</c>, <c>db = sum dY</c>, <c>dP = dY W^T</c>, with P of (images x rows an image) by patch size.
/// Initial weights are Glorot uniform (Glorot and Bengio, 2010): +-sqrt(6 / (fan in + fan out)); biases 0.
/// </remarks>
public abstract unsafe class LinearLayer : Layer
{
    // Parts of a kernel that travel from rank to rank: while one rank works on a part, the next one works on the part before. Each reads all
    // output gradients again, so few ranks want few, two a rank; and fewer than these many values are not worth a message.
    private const int MostParts = 16;
    private const int PartValues = 1024;

    // Weights from which on ranks share a kernel's step.
    private const int LargeKernel = 1 << 16;

    private readonly Action<int, int> _forward;
    private readonly Action<int, int> _backward;
    private readonly Action<int, int> _kernelGradient;
    private readonly Action<int, int> _biasGradient;
    private readonly Action<int, int> _transpose;
    private AlignedBuffer _transposed = new(0);
    private int _transposedVersion = -1;
    private int _rows;
    private int _firstPatch;
    private bool _goesOn;

    private protected LinearLayer(int units)
    {
        Units = units;
        _forward = ForwardMeasured;
        _backward = BackwardMeasured;
        _kernelGradient = KernelGradient;
        _biasGradient = (from, to) => Vectors.ColumnSums(Output.Gradient, _rows, Units, from, to, Bias.Gradient);
        _transpose = Transpose;
    }

    /// <summary>Whether the ReLU behind this layer is applied as the output is written.</summary>
    internal bool Rectify { get; set; }

    /// <summary>
    /// The batch normalization behind this layer, when there is one: in inference it too is applied as the output is written; in training the
    /// output is measured for it while it is in the cache.
    /// </summary>
    internal BatchNorm? Normalization { get; set; }

    /// <summary>The batch normalization before this layer, when there is one: its gradient is measured as this layer writes it.</summary>
    internal BatchNorm? InputNormalization { get; set; }

    /// <summary>Values of an output row.</summary>
    internal int Units { get; }

    /// <summary>Values an output row sees.</summary>
    private protected abstract int PatchSize { get; }

    /// <summary>Output rows of an image.</summary>
    private protected abstract int RowsPerImage { get; }

    /// <summary>The kernel's shape as Keras has it; its last dimension is the number of units.</summary>
    private protected abstract int[] KernelShape { get; }

    /// <summary>Inputs and outputs that meet in a weight, for the initial values.</summary>
    private protected abstract (int In, int Out) Fan { get; }

    internal Parameter Kernel => Parameters[0];

    private protected Parameter Bias => Parameters[1];

    /// <summary>The patches of the whole batch: rows are (image, output row), depths the patch's values.</summary>
    private protected abstract GatheredMatrix Patches { get; }

    internal override long Flop => 2L * RowsPerImage * PatchSize * Units;

    internal override IReadOnlyList<Parameter> DeclareParameters() =>
        [new("kernel", KernelShape, trainable: true), new("bias", [Units], trainable: true)];

    internal override void Initialize(Rng rng)
    {
        (int fanIn, int fanOut) = Fan;
        float limit = MathF.Sqrt(6f / (fanIn + fanOut));
        foreach (ref float weight in Kernel.Values)
            weight = rng.NextSingle(-limit, limit);
        Bias.Values.Clear();
    }

    internal override void PrepareBackward(ThreadTeam team, int version)
    {
        if (version == _transposedVersion)
            return;
        int panels = (PatchSize + Gemm.PanelWidth - 1) / Gemm.PanelWidth;
        _transposed = AlignedBuffer.AtLeast(_transposed, panels * Gemm.PanelWidth * Units);
        team.Run(panels, _transpose);
        _transposedVersion = version;
    }

    internal override void Forward(int from, int to)
    {
        if (Normalization is { } norm)
            Compute(from, to, norm.OutputValue, new Epilogue(Bias.Value, Rectify, norm.Scale, norm.Shift));
        else
            Compute(from, to, Output.Value, new Epilogue(Bias.Value, Rectify));
    }

    internal override void ForwardTraining(ThreadTeam team, int batch) => team.Run(batch, _forward);

    internal override void BackwardTraining(ThreadTeam team, int batch, bool inputGradient)
    {
        _rows = batch * RowsPerImage;

        // The ranks behind the first one wait for its sums, and have the input gradient to compute until they come.
        bool waits = Share is { Reducer.Share.Rank: > 0 } && !SumsOwnRows;
        if (!waits)
            SumGradients(team, batch);
        if (inputGradient)
            team.Run(batch, _backward);
        if (waits)
            SumGradients(team, batch);
    }

    /// <summary>Where several ranks share the batch: whether each of them moves its own rows of the kernel only.</summary>
    internal bool MovesOwnRows => Kernel.Length >= LargeKernel;

    /// <summary>
    /// Whether it also makes the gradient of those rows alone, over all images, whose inputs and output gradients the ranks then show each
    /// other; where not, it makes all rows over its own images. Only where it <see cref="MovesOwnRows"/>.
    /// </summary>
    internal virtual bool SumsOwnRows => false;

    /// <summary>Gives all ranks the sums that only the last one has. Does nothing where each rank makes rows of its own.</summary>
    internal void ShareSums()
    {
        if (!SumsOwnRows)
            Share!.Reducer.Broadcast(MemoryMarshal.AsBytes(Sums(0)), Share.Reducer.Share.Ranks - 1);
    }

    /// <summary>This rank's rows of the kernel's gradient, and the whole of the bias's, once the ranks have shown each other what these need.</summary>
    /// <param name="team">Computes.</param>
    /// <param name="share">The rank's share of the batch.</param>
    private protected virtual void SumOwnRows(ThreadTeam team, BatchShare share)
    {
    }

    private void SumGradients(ThreadTeam team, int batch)
    {
        if (Share is null)
            SumAlone(team, batch);
        else if (SumsOwnRows)
            SumOwnRows(team, Share);
        else
            SumThroughRanks(team, Share, batch);
        Probe?.Done(StepPart.WeightGradient, this);
    }

    private void SumAlone(ThreadTeam team, int batch)
    {
        team.Run(PatchSize, _kernelGradient);
        if (Normalization is { } norm)
            Vectors.ColumnSums(norm.InputGradientSums, batch, Units, 0, Units, Bias.Gradient);
        else
            team.Run(Units, _biasGradient);
    }

    /// <summary>
    /// The gradients of kernel and bias, whose every element is one chain of additions over the batch's rows: a rank goes on where the one
    /// before has stopped. The last one has them.
    /// </summary>
    /// <param name="team">Computes.</param>
    /// <param name="share">The rank's share of the batch.</param>
    /// <param name="batch">The rank's images.</param>
    private void SumThroughRanks(ThreadTeam team, BatchShare share, int batch)
    {
        if (share.Reducer.Share.Rank == 0)
            Sums(0).Clear();
        int most = Math.Min(MostParts, 2 * share.Reducer.Share.Ranks);
        int parts = Math.Clamp(Kernel.Length / PartValues, 1, Math.Min(most, PatchSize));
        _goesOn = true;
        for (int part = 0; part < parts; part++)
        {
            (int from, int to) = new Share(part, parts).Of(PatchSize);
            bool last = part == parts - 1;

            // The bias travels with the last rows.
            Span<float> sums = last ? Sums(from) : Kernel.Gradients[(from * Units)..(to * Units)];
            share.Reducer.TakeOver(sums);
            _firstPatch = from;
            if (batch > 0)
                team.Run(to - from, _kernelGradient);
            if (last)
                AddToBias(batch);
            share.Reducer.PassOn(sums);
        }

        (_goesOn, _firstPatch) = (false, 0);
    }

    // The kernel's gradients from a row on, and the bias's, which stand behind them.
    private Span<float> Sums(int row)
    {
        float* start = Kernel.Gradient + (nint)row * Units;
        return new Span<float>(start, (int)(Bias.Gradient + Units - start));
    }

    private void AddToBias(int batch)
    {
        bool measured = Normalization is not null;
        float* rows = measured ? Normalization!.InputGradientSums : Output.Gradient;
        for (int i = 0; i < (measured ? batch : _rows); i++)
            Vectors.Add(rows + (nint)i * Units, Bias.Gradient, Units);
    }

    /// <summary>Outputs of a range of images.</summary>
    private protected abstract void Compute(int from, int to, float* output, in Epilogue epilogue);

    /// <summary>Outputs of a range of images, once their patches are in place.</summary>
    private protected void MultiplyPatches(int from, int to, float* output, in Epilogue epilogue)
    {
        PanelMatrix kernel = PanelMatrix.RowMajor(Kernel.Value, Units);
        Gemm.Run(Patches, from * RowsPerImage, to * RowsPerImage, PatchSize, kernel, Units, output, Units, epilogue);
    }

    /// <summary>Patch gradients <c>dY W^T</c> of some output rows, with a row stride of <paramref name="stride"/>.</summary>
    private protected void PatchGradients(GatheredMatrix outputGradient, int rows, float* destination, int columns, int stride) =>
        Gemm.Run(outputGradient, 0, rows, Units, PanelMatrix.Packed(_transposed.Pointer, Units), columns, destination, stride);

    private void ForwardMeasured(int from, int to)
    {
        Compute(from, to, Output.Value, new Epilogue(Bias.Value, Rectify));
        Normalization?.MeasureValues(from, to);
    }

    private void BackwardMeasured(int from, int to)
    {
        Backward(from, to);
        InputNormalization?.MeasureGradients(from, to);
    }

    private void KernelGradient(int from, int to)
    {
        GatheredMatrix patches = Patches;
        var transposed = new GatheredMatrix(patches.Data, patches.Depths, patches.Rows);
        PanelMatrix outputGradient = PanelMatrix.RowMajor(Output.Gradient, Units);
        Gemm.Run(transposed, _firstPatch + from, _firstPatch + to, _rows, outputGradient, Units, Kernel.Gradient, Units, goesOn: _goesOn);
    }

    private void Transpose(int from, int to)
    {
        int width = Gemm.PanelWidth;
        for (int panel = from; panel < to; panel++)
        {
            int columns = Math.Min(width, PatchSize - panel * width);
            Vectors.Transpose(Kernel.Value + (nint)panel * width * Units, columns, Units, _transposed.Pointer + (nint)panel * width * Units, width);
        }
    }
}
