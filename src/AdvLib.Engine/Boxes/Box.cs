using AdvLib.Layers;

namespace AdvLib.Boxes;

/// <summary>Boxes between two layers: a row of centres and a row of radii each, with the gradients of both.</summary>
/// <param name="size">Values of a row.</param>
/// <param name="centres">Where the centres lie.</param>
/// <param name="radii">Where the radii lie.</param>
internal sealed unsafe class Box(int size, Activation centres, Activation radii)
{
    public Box(int size)
        : this(size, new Activation(size), new Activation(size))
    {
    }

    public Activation Centres => centres;

    public Activation Radii => radii;

    /// <summary>Values of a row.</summary>
    public int Size => size;

    public float* Centre(int row) => centres.Value + (nint)row * size;

    public float* Radius(int row) => radii.Value + (nint)row * size;

    /// <summary>A row of gradients by the centres; in a proof the coefficients of a linear bound.</summary>
    public float* Slope(int row) => centres.Gradient + (nint)row * size;

    public float* RadiusSlope(int row) => radii.Gradient + (nint)row * size;

    /// <summary>Makes room; the contents are lost.</summary>
    public void Reserve(int rows, int boxes)
    {
        centres.Reserve(rows);
        radii.Reserve(boxes);
    }
}
