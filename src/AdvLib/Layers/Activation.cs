using AdvLib.Numerics;

namespace AdvLib;

/// <summary>The values between two layers for a whole batch, and the loss's gradient with respect to them.</summary>
internal sealed unsafe class Activation(int size)
{
    private AlignedBuffer _value = new(0);
    private AlignedBuffer _gradient = new(0);

    public float* Value => _value.Pointer;

    public float* Gradient => _gradient.Pointer;

    /// <summary>Makes room for a batch; the contents are lost.</summary>
    public void Reserve(int batch)
    {
        _value = AlignedBuffer.AtLeast(_value, checked(batch * size));
        _gradient = AlignedBuffer.AtLeast(_gradient, batch * size);
    }
}
