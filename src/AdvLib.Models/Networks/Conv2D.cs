namespace AdvLib;

/// <summary>
/// 2-D convolution (cross-correlation, as everywhere in deep learning) with a square kernel and bias:
/// <c>y[r, c, f] = b[f] + sum x[r s + i - top, c s + j - left, k] W[i, j, k, f]</c>.
/// </summary>
public sealed record Conv2D : Layer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="filters">Number of output channels, at least 1.</param>
    /// <param name="kernel">Rows and columns of the kernel, at least 1.</param>
    /// <param name="stride">Step between output places, at least 1.</param>
    /// <param name="padding">How the border is treated.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public Conv2D(int filters, int kernel, int stride = 1, Padding padding = Padding.Same)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(filters, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(kernel, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        (Filters, KernelSize, Stride, Padding) = (filters, kernel, stride, padding);
    }

    /// <summary>Number of output channels.</summary>
    public int Filters { get; }

    /// <summary>Rows and columns of the kernel.</summary>
    public int KernelSize { get; }

    /// <summary>Step between output places.</summary>
    public int Stride { get; }

    /// <summary>How the border is treated.</summary>
    public Padding Padding { get; }

    /// <inheritdoc/>
    public override string Kind => "conv2d";

    /// <inheritdoc/>
    public override string Details =>
        $"{Filters} of {KernelSize}x{KernelSize}, stride {Stride}, {(Padding == Padding.Same ? "same" : "valid")}";

    /// <summary>How a side of the input is covered: Keras's rule, by which an odd number of zeros has one more at the end.</summary>
    /// <param name="size">Length of the side.</param>
    /// <returns>Output places, zeros before the first pixel, and the length with all zeros that the kernel really reads.</returns>
    public (int Places, int Before, int Length) Cover(int size)
    {
        int places = Padding == Padding.Same ? (size + Stride - 1) / Stride : (size - KernelSize) / Stride + 1;
        int length = (places - 1) * Stride + KernelSize;
        return (places, Padding == Padding.Same ? Math.Max(0, length - size) / 2 : 0, length);
    }

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        if (Padding == Padding.Valid && Math.Min(input.Height, input.Width) < KernelSize)
        {
            throw new ShapeMismatchException(
                $"A {KernelSize}x{KernelSize} kernel without padding over an input of {input}.",
                "an input at least as large as the kernel.", "Use Padding.Same or a smaller kernel.");
        }

        return new Shape(Cover(input.Height).Places, Cover(input.Width).Places, Filters);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<NamedTensor> InitialWeights(Shape input, Rng rng)
    {
        ArgumentNullException.ThrowIfNull(rng);
        int area = KernelSize * KernelSize;
        return KernelAndBias(rng, area * input.Channels, area * Filters, KernelSize, KernelSize, input.Channels, Filters);
    }
}
