namespace AdvLib;

/// <summary>The shape of one image or activation: height x width x channels, channels last (NHWC), row-major.</summary>
/// <param name="Height">Rows, at least 1.</param>
/// <param name="Width">Columns, at least 1.</param>
/// <param name="Channels">Values a position, at least 1. A flat vector of n values is <c>1 x 1 x n</c>.</param>
public readonly record struct Shape(int Height, int Width, int Channels)
{
    /// <summary>Number of values: height x width x channels.</summary>
    public int Size => Height * Width * Channels;

    /// <summary>The shape of a flat vector.</summary>
    /// <param name="units">Number of values.</param>
    /// <returns><c>1 x 1 x units</c>.</returns>
    public static Shape Vector(int units) => new(1, 1, units);

    /// <summary>The shape as <c>28x28x1</c>.</summary>
    /// <returns>Height, width and channels joined by "x".</returns>
    public override string ToString() => $"{Height}x{Width}x{Channels}";
}
