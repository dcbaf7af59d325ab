namespace AdvLib;

/// <summary>A range of pixel values: what a set of images holds, or what an adversary may take.</summary>
/// <param name="Low">Smallest value.</param>
/// <param name="High">Largest value.</param>
public readonly record struct PixelRange(float Low, float High)
{
    /// <summary>Largest value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The bounds are no numbers, or upside down.</exception>
    public float High { get; } = Low <= High
        ? High
        : throw new ArgumentOutOfRangeException(
            nameof(High), High,
            FormattableString.Invariant($"A pixel range ends where it begins or above: not below {Low}, and neither bound NaN."));

    /// <summary>The range of a real image: [0, 1].</summary>
    public static PixelRange Unit { get; } = new(0, 1);

    /// <summary>No bounds.</summary>
    public static PixelRange All { get; } = new(float.NegativeInfinity, float.PositiveInfinity);

    /// <summary>Whether every value of another range is one of this.</summary>
    /// <param name="other">The other range.</param>
    /// <returns>True where it neither begins below nor ends above.</returns>
    public bool Contains(PixelRange other) => other.Low >= Low && other.High <= High;

    /// <summary>The range as <c>[0, 1]</c>.</summary>
    /// <returns>Low and high in brackets.</returns>
    public override string ToString() => FormattableString.Invariant($"[{Low}, {High}]");
}
