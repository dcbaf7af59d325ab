namespace AdvLib.Benchmarks;

/// <summary>Sizes of a convolution of stride 2, or of a dense layer, at a batch of 64.</summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Places">Output places in a row and in a column.</param>
/// <param name="PaddedWidth">Pixels in a row and in a column of the padded input.</param>
/// <param name="Channels">Values of an input pixel.</param>
/// <param name="Kernel">Rows and columns of the kernel.</param>
/// <param name="Units">Values of an output row.</param>
public sealed record LinearShape(string Name, int Places, int PaddedWidth, int Channels, int Kernel, int Units)
{
    private const int Batch = 64;
    private const int Stride = 2;

    /// <summary>Values of the padded input.</summary>
    public int InputSize => Batch * ImageSize;

    /// <summary>Output rows of the batch.</summary>
    public int Rows => Batch * Places * Places;

    /// <summary>Values an output row sees.</summary>
    public int PatchSize => Kernel * Kernel * Channels;

    private int ImageSize => PaddedWidth * PaddedWidth * Channels;

    /// <summary>Where the patch of an output row begins in the padded input.</summary>
    /// <param name="row">The output row.</param>
    /// <returns>The offset.</returns>
    public int PatchStart(int row)
    {
        (int image, int place) = Math.DivRem(row, Places * Places);
        return image * ImageSize + (place / Places * PaddedWidth + place % Places) * Stride * Channels;
    }

    /// <summary>Where a value of a patch is, from the patch's start.</summary>
    /// <param name="value">Number of the value.</param>
    /// <returns>The offset.</returns>
    public int PatchOffset(int value)
    {
        (int row, int place) = Math.DivRem(value, Kernel * Channels);
        return row * PaddedWidth * Channels + place;
    }
}
