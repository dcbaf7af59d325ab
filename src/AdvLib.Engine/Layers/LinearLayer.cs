using AdvLib.Numerics;

namespace AdvLib.Layers;

/// <summary>
/// What convolution and dense layers share: each output row is <c>bias + patch W</c>, where a patch is the part of the input that
/// row sees. Forward, weight gradient and input gradient are one matrix product each.
/// </summary>
/// <remarks>
/// <c>Y = P W + b</c>, <c>dW = P^T dY</c>, <c>db = sum dY</c>, <c>dP = dY W^T</c>, with P of (images x rows an image) by patch size.
/// </remarks>
internal abstract unsafe class LinearLayer : EngineLayer
{
    private readonly Action<int, int> _forward;
    private readonly Action<int, int> _backward;
    private readonly Action<int, int> _kernelRows;
    private readonly Action<int, int> _kernelPanels;
    private readonly Action<int, int> _biasGradient;
    private readonly Action<int, int> _transpose;
    private AlignedBuffer _transposed = new(0);
    private int _transposedVersion = -1;
    private int _rows;
    private int _firstPatch;
    private bool _goesOn;

    protected LinearLayer(PlacedLayer place, Activation input, int units)
        : base(place, input)
    {
        Parameters = Parameter.Of(place);
        Units = units;
        _forward = ForwardMeasured;
        _backward = BackwardMeasured;
        _kernelRows = (from, to) => KernelGradient(from, to, 0, Units);
        _kernelPanels = (from, to) => KernelGradient(0, PatchSize, from * Gemm.PanelWidth, Math.Min(to * Gemm.PanelWidth, Units));
        _biasGradient = (from, to) => Vectors.ColumnSums(Output.Gradient, _rows, Units, from, to, Bias.Gradient);
        _transpose = Transpose;
    }

    /// <summary>Whether the ReLU behind this layer is applied as the output is written.</summary>
    public bool Rectify { get; set; }

    /// <summary>
    /// The batch normalization behind this layer, when there is one: in inference it too is applied as the output is written; in training
    /// the output is measured for it while it is in the cache.
    /// </summary>
    public BatchNormLayer? Normalization { get; set; }

    /// <summary>The batch normalization before this layer, when there is one: its gradient is measured as this layer writes it.</summary>
    public BatchNormLayer? InputNormalization { get; set; }

    /// <summary>Values of an output row.</summary>
    public int Units { get; }

    /// <summary>Values an output row sees.</summary>
    public abstract int PatchSize { get; }

    /// <summary>Output rows of an image.</summary>
    protected abstract int RowsPerImage { get; }

    public Parameter Kernel => Parameters[0];

    public Parameter Bias => Parameters[1];

    /// <summary>What is done with an output value on the way in inference.</summary>
    protected Epilogue InferenceEpilogue => Normalization is { } norm
        ? new Epilogue(Bias.Value, Rectify, norm.Scale, norm.Shift)
        : new Epilogue(Bias.Value, Rectify);

    /// <summary>The patches of the whole batch: rows are (image, output row), depths the patch's values.</summary>
    protected abstract GatheredMatrix Patches { get; }

    public override long Flop => 2L * RowsPerImage * PatchSize * Units;

    public override void PrepareBackward(ThreadTeam team, int version)
    {
        if (version == _transposedVersion)
            return;
        int panels = (PatchSize + Gemm.PanelWidth - 1) / Gemm.PanelWidth;
        _transposed = AlignedBuffer.AtLeast(_transposed, panels * Gemm.PanelWidth * Units);
        team.Run(panels, _transpose);
        _transposedVersion = version;
    }

    public override void Forward(int from, int to) =>
        Compute(from, to, Normalization is { } norm ? norm.OutputValue : Output.Value, InferenceEpilogue);

    public override void ForwardTraining(ThreadTeam team, int batch) => RunImages(team, batch, _forward);

    public override void BackwardTraining(ThreadTeam team, int batch, bool inputGradient)
    {
        SumGradients(team, batch);
        if (inputGradient)
            BackwardInputs(team, batch);
    }

    /// <summary>The gradients of kernel and bias over a batch.</summary>
    public void SumGradients(ThreadTeam team, int batch)
    {
        SumKernel(team, batch);
        if (Normalization is { } norm)
            Vectors.ColumnSums(norm.InputGradientSums, batch, Units, 0, Units, Bias.Gradient);
        else
            team.Run(Units, _biasGradient);
        Probe?.Done(StepPart.WeightGradient, this);
    }

    /// <summary>The gradient of the kernel alone over a batch.</summary>
    public void SumKernel(ThreadTeam team, int batch)
    {
        _rows = batch * RowsPerImage;

        // Every row of a convolution's kernel sees nearly the whole input: who computes some columns of all rows reads as much of that, and
        // of the outputs' gradients a part.
        int panels = (Units + Gemm.PanelWidth - 1) / Gemm.PanelWidth;
        if (RowsPerImage > 1 && panels % team.Threads == 0)
            team.Run(panels, _kernelPanels);
        else
            team.Run(PatchSize, _kernelRows);
    }

    /// <summary>
    /// Goes on with sums that others began: adds a batch to some rows of the kernel's gradient, row after row as one chain.
    /// </summary>
    /// <param name="team">Computes.</param>
    /// <param name="batch">Images.</param>
    /// <param name="from">First row of the kernel.</param>
    /// <param name="to">The row after the last.</param>
    public void AddToKernel(ThreadTeam team, int batch, int from, int to)
    {
        _rows = batch * RowsPerImage;
        (_firstPatch, _goesOn) = (from, true);
        if (batch > 0)
            team.Run(to - from, _kernelRows);
        (_firstPatch, _goesOn) = (0, false);
    }

    /// <summary>Goes on with the bias's sums, image by image.</summary>
    /// <param name="batch">Images.</param>
    public void AddToBias(int batch)
    {
        bool measured = Normalization is not null;
        float* rows = measured ? Normalization!.InputGradientSums : Output.Gradient;
        for (int i = 0; i < (measured ? batch : batch * RowsPerImage); i++)
            Vectors.Add(rows + (nint)i * Units, Bias.Gradient, Units);
    }

    /// <summary>The input gradients of a batch.</summary>
    public void BackwardInputs(ThreadTeam team, int batch) => RunImages(team, batch, _backward);

    /// <summary>Outputs of a range of images.</summary>
    protected abstract void Compute(int from, int to, float* output, in Epilogue epilogue);

    /// <summary>Outputs of a range of images, once their patches are in place.</summary>
    protected void MultiplyPatches(int from, int to, float* output, in Epilogue epilogue)
    {
        PanelMatrix kernel = PanelMatrix.RowMajor(Kernel.Value, Units);
        Gemm.Run(Patches, from * RowsPerImage, to * RowsPerImage, PatchSize, kernel, Units, output, Units, epilogue);
    }

    /// <summary>Patch gradients <c>dY W^T</c> of some output rows, with a row stride of <paramref name="stride"/>.</summary>
    protected void PatchGradients(GatheredMatrix outputGradient, int rows, float* destination, int columns, int stride) =>
        Gemm.Run(outputGradient, 0, rows, Units, Transposed(0), columns, destination, stride);

    /// <summary><c>W^T</c> from one of the patch's values on, the first of a panel.</summary>
    protected PanelMatrix Transposed(int value) => PanelMatrix.Packed(_transposed.Pointer + (nint)value * Units, Units);

    // Where an image is one row, tiles are filled by images.
    private void RunImages(ThreadTeam team, int batch, Action<int, int> job)
    {
        if (RowsPerImage > 1)
            team.RunEvenly(batch, job);
        else
            team.Run(batch, job);
    }

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

    private void KernelGradient(int from, int to, int column, int end)
    {
        GatheredMatrix patches = Patches;
        var transposed = new GatheredMatrix(patches.Data, patches.Depths, patches.Rows);
        PanelMatrix outputGradient = PanelMatrix.RowMajor(Output.Gradient + column, Units);
        Gemm.Run(
            transposed, _firstPatch + from, _firstPatch + to, _rows, outputGradient, end - column, Kernel.Gradient + column, Units,
            goesOn: _goesOn);
    }

    private void Transpose(int from, int to)
    {
        int width = Gemm.PanelWidth;
        for (int panel = from; panel < to; panel++)
        {
            int columns = Math.Min(width, PatchSize - panel * width);
            Vectors.Transpose(
                Kernel.Value + (nint)panel * width * Units, columns, Units, _transposed.Pointer + (nint)panel * width * Units, width);
        }
    }
}
