using AdvLib.Numerics;

namespace AdvLib;

/// <summary>The values between two layers for a whole batch, and the loss's gradient with respect to them.</summary>
internal sealed unsafe class Activation(int size)
{
    private AlignedBuffer _value = new(0);
    private AlignedBuffer _gradient = new(0);
    private int _batch;

    // Where several ranks show each other their rows: where this one's begin among all.
    private int _first;
    private int _total;

    public float* Value => _value.Pointer + (nint)_first * size;

    public float* Gradient => _gradient.Pointer + (nint)_first * size;

    /// <summary>The values of all ranks' images, once <see cref="ReserveShare"/> has made room.</summary>
    public Span<float> AllValues => _value.Span[..(_total * size)];

    /// <summary>Their gradients.</summary>
    public Span<float> AllGradients => _gradient.Span[..(_total * size)];

    /// <summary>Makes room for a batch; the contents are lost.</summary>
    public void Reserve(int batch)
    {
        _batch = batch;
        Reserve();
    }

    /// <summary>Makes room for all ranks' images around this rank's; the contents are lost.</summary>
    /// <param name="first">Where its images begin among them.</param>
    /// <param name="total">Images of all ranks.</param>
    public void ReserveShare(int first, int total)
    {
        (_first, _total) = (first, total);
        Reserve();
    }

    private void Reserve()
    {
        int values = checked(Math.Max(_first + _batch, _total) * size);
        _value = AlignedBuffer.AtLeast(_value, values);
        _gradient = AlignedBuffer.AtLeast(_gradient, values);
    }
}
