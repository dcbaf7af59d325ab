using AdvLib.Numerics;

namespace AdvLib.Layers;

/// <summary>
/// A row of values for each image of a batch. The images that a layer computes on may stand among those of a larger batch: then there are
/// rows for all of them, of which it fills its own.
/// </summary>
/// <param name="width">Values of a row.</param>
internal sealed unsafe class ImageRows(int width)
{
    private AlignedBuffer _rows = new(0);
    private int _own;
    private int _first;
    private int _total;

    /// <summary>Values of a row.</summary>
    public int Width => width;

    /// <summary>The first of the layer's own rows.</summary>
    public float* Own => _rows.Pointer + (nint)_first * width;

    /// <summary>The first row of all.</summary>
    public float* First => _rows.Pointer;

    /// <summary>The rows of the larger batch, once <see cref="Embed"/> has made room.</summary>
    public Span<float> All => _rows.Span[..(_total * width)];

    /// <summary>Makes room for the layer's own images; the contents are lost.</summary>
    public void Reserve(int batch)
    {
        _own = batch;
        MakeRoom();
    }

    /// <summary>Places the layer's own images among those of a larger batch; the contents are lost.</summary>
    /// <param name="first">Where they begin in it.</param>
    /// <param name="total">Images of the larger batch.</param>
    public void Embed(int first, int total)
    {
        (_first, _total) = (first, total);
        MakeRoom();
    }

    private void MakeRoom() => _rows = AlignedBuffer.AtLeast(_rows, checked(Math.Max(_first + _own, _total) * width));
}
