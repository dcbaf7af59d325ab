using AdvLib.Numerics;

namespace AdvLib;

/// <summary>
/// 2-D convolution (cross-correlation, as everywhere in deep learning) with a square kernel and bias:
/// <c>y[r, c, f] = b[f] + sum x[r s + i - top, c s + j - left, k] W[i, j, k, f]</c>.
/// </summary>
/// <remarks>
/// The input is copied into a zero-padded buffer; there every patch is the same set of offsets from its first pixel, so the matrix
/// product reads it in place (indirect convolution, Dukhan 2019) and no im2col matrix exists.
/// </remarks>
public sealed unsafe class Conv2D : LinearLayer
{
    // Output rows worked on at a time: their patches and patch gradients stay in the second-level cache.
    private const int RowBlock = 256;

    [ThreadStatic]
    private static AlignedBuffer? _patchGradients;

    [ThreadStatic]
    private static AlignedBuffer? _paddedGradient;

    private OffsetTable _patchStarts = OffsetTable.Empty;
    private OffsetTable _patchOffsets = OffsetTable.Empty;
    private OffsetTable _outputRows = OffsetTable.Empty;
    private OffsetTable _outputs = OffsetTable.Empty;
    private AlignedBuffer _padded = new(0);
    private Shape _paddedShape;
    private int _top;
    private int _left;

    /// <summary>Creates the layer.</summary>
    /// <param name="filters">Number of output channels, at least 1.</param>
    /// <param name="kernel">Rows and columns of the kernel, at least 1.</param>
    /// <param name="stride">Step between output places, at least 1.</param>
    /// <param name="padding">How the border is treated.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public Conv2D(int filters, int kernel, int stride = 1, Padding padding = Padding.Same)
        : base(filters)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(filters, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(kernel, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        KernelSize = kernel;
        Stride = stride;
        Padding = padding;
    }

    /// <summary>Number of output channels.</summary>
    public int Filters => Units;

    /// <summary>Rows and columns of the kernel.</summary>
    public int KernelSize { get; }

    /// <summary>Step between output places.</summary>
    public int Stride { get; }

    /// <summary>How the border is treated.</summary>
    public Padding Padding { get; }

    internal override string Kind => "conv2d";

    internal override string Details => $"{Filters} of {KernelSize}x{KernelSize}, stride {Stride}, {(Padding == Padding.Same ? "same" : "valid")}";

    private protected override int PatchSize => KernelSize * KernelSize * InputShape.Channels;

    private protected override int RowsPerImage => OutputShape.Height * OutputShape.Width;

    private protected override int[] KernelShape => [KernelSize, KernelSize, InputShape.Channels, Filters];

    private protected override (int In, int Out) Fan =>
        (KernelSize * KernelSize * InputShape.Channels, KernelSize * KernelSize * Filters);

    private protected override GatheredMatrix Patches => new(_padded.Pointer, _patchStarts.Pointer, _patchOffsets.Pointer);

    internal override Shape Configure(Shape input)
    {
        (int height, _top, int paddedHeight) = Place(input.Height, input);
        (int width, _left, int paddedWidth) = Place(input.Width, input);
        _paddedShape = new Shape(paddedHeight, paddedWidth, input.Channels);
        return new Shape(height, width, Filters);
    }

    internal override void Reserve(int batch)
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
                    *start++ = i * _paddedShape.Size + (y * _paddedShape.Width + x) * Stride * InputShape.Channels;
            }
        }

        int run = KernelSize * InputShape.Channels;
        _patchOffsets = new OffsetTable(PatchSize);
        for (int p = 0; p < PatchSize; p++)
            _patchOffsets.Pointer[p] = p / run * _paddedShape.Width * InputShape.Channels + p % run;
        _outputRows = OffsetTable.Strided(batch * RowsPerImage, Filters);
        _outputs = OffsetTable.Strided(Filters, 1);
    }

    private protected override void Compute(int from, int to, float* output, in Epilogue epilogue)
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

    internal override void Backward(int from, int to)
    {
        // Whole vectors are stored: the columns past the patch are never read.
        int stride = (PatchSize + Gemm.VectorWidth - 1) / Gemm.VectorWidth * Gemm.VectorWidth;
        int block = Math.Max(1, RowBlock / RowsPerImage);
        _patchGradients = AlignedBuffer.AtLeast(_patchGradients, block * RowsPerImage * stride);
        _paddedGradient = AlignedBuffer.AtLeast(_paddedGradient, _paddedShape.Size);
        for (int i = from; i < to; i += block)
        {
            int images = Math.Min(block, to - i);
            var gradient = new GatheredMatrix(Output.Gradient, _outputRows.Pointer + i * RowsPerImage, _outputs.Pointer);
            PatchGradients(gradient, images * RowsPerImage, _patchGradients.Pointer, stride, stride);
            for (int k = 0; k < images; k++)
            {
                AddPatches(_patchGradients.Pointer + (nint)k * RowsPerImage * stride, stride, _paddedGradient);
                CopyInterior(Input.Gradient + (nint)(i + k) * InputShape.Size, _paddedGradient.Pointer, toPadded: false);
            }
        }
    }

    // Each patch's gradient is added where the patch was read: a kernel row is one contiguous run.
    private void AddPatches(float* patches, int stride, AlignedBuffer padded)
    {
        new Span<float>(padded.Pointer, _paddedShape.Size).Clear();
        int run = KernelSize * InputShape.Channels;
        int row = _paddedShape.Width * InputShape.Channels;
        for (int r = 0; r < RowsPerImage; r++)
        {
            float* destination = padded.Pointer + _patchStarts.Pointer[r];
            float* source = patches + (nint)r * stride;
            for (int ky = 0; ky < KernelSize; ky++)
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

    // Output places, zeros before, and the padded length that the kernel really reads.
    private (int Places, int Before, int Length) Place(int size, Shape input)
    {
        if (Padding == Padding.Valid && size < KernelSize)
        {
            throw new ShapeMismatchException(
                $"A {KernelSize}x{KernelSize} kernel without padding over an input of {input}.", "an input at least as large as the kernel.", "Use Padding.Same or a smaller kernel.");
        }

        int places = Padding == Padding.Same ? (size + Stride - 1) / Stride : (size - KernelSize) / Stride + 1;
        int length = (places - 1) * Stride + KernelSize;
        return (places, Padding == Padding.Same ? Math.Max(0, length - size) / 2 : 0, length);
    }
}
