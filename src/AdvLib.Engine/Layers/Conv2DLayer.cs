using AdvLib.Numerics;

namespace AdvLib.Layers;

/// <summary>
/// Convolution. The input is copied into a zero-padded buffer; there every patch is the same set of offsets from its first pixel, so the
/// matrix product reads it in place (indirect convolution, Dukhan 2019) and no im2col matrix exists.
/// </summary>
internal sealed unsafe class Conv2DLayer : LinearLayer
{
    // Output rows worked on at a time: their patches and patch gradients stay in the second-level cache.
    private const int RowBlock = 256;

    [ThreadStatic]
    private static AlignedBuffer? _patchGradients;

    [ThreadStatic]
    private static AlignedBuffer? _paddedGradient;

    private readonly int _kernelSize;
    private readonly int _stride;
    private readonly int _top;
    private readonly int _left;
    private readonly Shape _paddedShape;
    private OffsetTable _patchStarts = OffsetTable.Empty;
    private OffsetTable _patchOffsets = OffsetTable.Empty;
    private OffsetTable _outputRows = OffsetTable.Empty;
    private OffsetTable _outputs = OffsetTable.Empty;
    private AlignedBuffer _padded = new(0);

    public Conv2DLayer(PlacedLayer place, Conv2D convolution, Activation input)
        : base(place, input, convolution.Filters)
    {
        (_kernelSize, _stride) = (convolution.KernelSize, convolution.Stride);
        (_, _top, int height) = convolution.Cover(InputShape.Height);
        (_, _left, int width) = convolution.Cover(InputShape.Width);
        _paddedShape = new Shape(height, width, InputShape.Channels);
    }

    public override int PatchSize => _kernelSize * _kernelSize * InputShape.Channels;

    /// <summary>What patches are read from: the input as <see cref="LinearLayer.Forward"/> has copied it.</summary>
    public PixelMap PaddedInput => new(_padded.Pointer, _paddedShape, _top, _left);

    protected override int RowsPerImage => OutputShape.Height * OutputShape.Width;

    protected override GatheredMatrix Patches => new(_padded.Pointer, _patchStarts.Pointer, _patchOffsets.Pointer);

    public override void Reserve(int batch)
    {
        base.Reserve(batch);
        _padded = AlignedBuffer.AtLeast(_padded, checked(batch * _paddedShape.Size));
        _patchStarts = new OffsetTable(batch * RowsPerImage);
        int* start = _patchStarts.Pointer;
        for (int i = 0; i < batch; i++)
        {
            for (int y = 0; y < OutputShape.Height; y++)
            {
                for (int x = 0; x < OutputShape.Width; x++)
                    *start++ = i * _paddedShape.Size + (y * _paddedShape.Width + x) * _stride * InputShape.Channels;
            }
        }

        int run = _kernelSize * InputShape.Channels;
        _patchOffsets = new OffsetTable(PatchSize);
        for (int p = 0; p < PatchSize; p++)
            _patchOffsets.Pointer[p] = p / run * _paddedShape.Width * InputShape.Channels + p % run;
        _outputRows = OffsetTable.Strided(batch * RowsPerImage, Units);
        _outputs = OffsetTable.Strided(Units, 1);
    }

    /// <summary>The output pixels that see some of the input's.</summary>
    public PixelWindow Reach(PixelWindow input)
    {
        if (input.Pixels == 0)
            return default;
        (int top, int height) = Reach(input.Top + _top, input.Height, OutputShape.Height);
        (int left, int width) = Reach(input.Left + _left, input.Width, OutputShape.Width);
        return new PixelWindow(top, left, height, width);
    }

    /// <summary>Where the patches of a window of output pixels begin.</summary>
    /// <param name="image">The image.</param>
    /// <param name="outputs">The window.</param>
    /// <param name="starts">Receives one start a pixel.</param>
    public void FindPatches(int image, PixelWindow outputs, int* starts)
    {
        for (int y = outputs.Top; y < outputs.Top + outputs.Height; y++)
        {
            int* row = _patchStarts.Pointer + image * RowsPerImage + y * OutputShape.Width + outputs.Left;
            for (int x = 0; x < outputs.Width; x++)
                *starts++ = row[x];
        }
    }

    /// <summary>Output pixels of some patches, in inference mode.</summary>
    /// <param name="starts">Where the patches begin.</param>
    /// <param name="count">Their number.</param>
    /// <param name="output">Receives a row of <see cref="LinearLayer.Units"/> values a patch.</param>
    public void ForwardPatches(int* starts, int count, float* output) =>
        Gemm.Run(
            new GatheredMatrix(_padded.Pointer, starts, _patchOffsets.Pointer), 0, count, PatchSize,
            PanelMatrix.RowMajor(Kernel.Value, Units), Units, output, Units, InferenceEpilogue);

    protected override void Compute(int from, int to, float* output, in Epilogue epilogue)
    {
        int block = Math.Max(1, RowBlock / RowsPerImage);
        for (int i = from; i < to; i += block)
        {
            int end = Math.Min(to, i + block);
            for (int k = i; k < end; k++)
                CopyInterior(Input.Value + (nint)k * InputShape.Size, _padded.Pointer + (nint)k * _paddedShape.Size, toPadded: true);
            MultiplyPatches(i, end, output, epilogue);
        }
    }

    public override void Backward(int from, int to)
    {
        _paddedGradient = AlignedBuffer.ScratchOf(_paddedGradient, _paddedShape.Size);
        if (InputShape.Channels % Gemm.WidestPanel == 0)
            BackwardByPosition(from, to, _paddedGradient);
        else
            BackwardByPatch(from, to, _paddedGradient);
    }

    // Position by position of the kernel, the last first: each pixel's sum is then that of its patches in their order, as below, and no
    // patch's gradient is ever stored.
    private void BackwardByPosition(int from, int to, AlignedBuffer padded)
    {
        int channels = InputShape.Channels;
        int row = _paddedShape.Width * channels;
        bool isPadded = _paddedShape != InputShape;
        for (int i = from; i < to; i++)
        {
            float* image = Input.Gradient + (nint)i * InputShape.Size;
            float* pixels = isPadded ? padded.Pointer : image;
            new Span<float>(pixels, _paddedShape.Size).Clear();
            var gradient = new GatheredMatrix(Output.Gradient, _outputRows.Pointer + i * RowsPerImage, _outputs.Pointer);
            for (int p = _kernelSize * _kernelSize - 1; p >= 0; p--)
            {
                Gemm.Add(
                    gradient, OutputShape.Height, OutputShape.Width, Units, Transposed(p * channels), channels,
                    pixels + p / _kernelSize * row + p % _kernelSize * channels, _stride * channels, _stride * row);
            }

            if (isPadded)
                CopyInterior(image, padded.Pointer, toPadded: false);
        }
    }

    // Channels that leave panels partly filled would cost as much as whole panels: a patch's values together waste less.
    private void BackwardByPatch(int from, int to, AlignedBuffer padded)
    {
        // Whole vectors are stored: the columns past the patch are never read.
        int stride = (PatchSize + Gemm.VectorWidth - 1) / Gemm.VectorWidth * Gemm.VectorWidth;
        int block = Math.Max(1, RowBlock / RowsPerImage);
        _patchGradients = AlignedBuffer.ScratchOf(_patchGradients, block * RowsPerImage * stride);
        for (int i = from; i < to; i += block)
        {
            int images = Math.Min(block, to - i);
            var gradient = new GatheredMatrix(Output.Gradient, _outputRows.Pointer + i * RowsPerImage, _outputs.Pointer);
            PatchGradients(gradient, images * RowsPerImage, _patchGradients.Pointer, stride, stride);
            for (int k = 0; k < images; k++)
            {
                AddPatches(_patchGradients.Pointer + (nint)k * RowsPerImage * stride, stride, padded);
                CopyInterior(Input.Gradient + (nint)(i + k) * InputShape.Size, padded.Pointer, toPadded: false);
            }
        }
    }

    // Along one side: output o sees padded inputs from o stride on, as many as the kernel has.
    private (int First, int Count) Reach(int first, int count, int outputs)
    {
        int from = Math.Max(0, first - _kernelSize + _stride) / _stride;
        return (from, Math.Max(0, Math.Min((first + count - 1) / _stride, outputs - 1) - from + 1));
    }

    // Each patch's gradient is added where the patch was read: a kernel row is one contiguous run.
    private void AddPatches(float* patches, int stride, AlignedBuffer padded)
    {
        new Span<float>(padded.Pointer, _paddedShape.Size).Clear();
        int run = _kernelSize * InputShape.Channels;
        int row = _paddedShape.Width * InputShape.Channels;
        for (int r = 0; r < RowsPerImage; r++)
        {
            float* destination = padded.Pointer + _patchStarts.Pointer[r];
            float* source = patches + (nint)r * stride;
            for (int ky = 0; ky < _kernelSize; ky++)
                Vectors.Add(source + ky * run, destination + ky * row, run);
        }
    }

    private void CopyInterior(float* image, float* padded, bool toPadded)
    {
        int rows = Math.Min(InputShape.Height, _paddedShape.Height - _top);
        int values = Math.Min(InputShape.Width, _paddedShape.Width - _left) * InputShape.Channels;
        if (!toPadded && (rows < InputShape.Height || values < InputShape.Width * InputShape.Channels))
            new Span<float>(image, InputShape.Size).Clear();
        for (int y = 0; y < rows; y++)
        {
            var inner = new Span<float>(padded + ((y + _top) * _paddedShape.Width + _left) * InputShape.Channels, values);
            var outer = new Span<float>(image + y * InputShape.Width * InputShape.Channels, values);
            if (toPadded)
                outer.CopyTo(inner);
            else
                inner.CopyTo(outer);
        }
    }
}
