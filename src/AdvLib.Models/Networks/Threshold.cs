namespace AdvLib;

/// <summary>
/// Cuts values off below one bound and above another, and stretches what lies between to [0, 1]:
/// <c>y = clamp((x - low) / (high - low), 0, 1)</c>, <c>dx = dy / (high - low)</c> between the bounds, else 0.
/// </summary>
/// <remarks>
/// In front of a network it takes from a box of pixels what an attack could do to background and ink. It also hides gradients: attack what
/// lies behind it too, and believe the lower number (Athalye et al., "Obfuscated gradients give a false sense of security", 2018).
/// </remarks>
public sealed record Threshold : Layer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="low">What becomes 0, and all below it; finite.</param>
    /// <param name="high">What becomes 1, and all above it; finite and above <paramref name="low"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bounds are not finite, or not in order.</exception>
    public Threshold(float low, float high)
    {
        if (!float.IsFinite(low))
            throw new ArgumentOutOfRangeException(nameof(low), low, "The lower bound must be finite, for example 0.3.");
        if (!float.IsFinite(high) || !(high > low) || !float.IsFinite(1 / (high - low)))
            throw new ArgumentOutOfRangeException(nameof(high), high, "Finite and above the lower bound, for example 0.7.");
        (Low, High) = (low, high);
    }

    /// <summary>What becomes 0, and all below it.</summary>
    public float Low { get; }

    /// <summary>What becomes 1, and all above it.</summary>
    public float High { get; }

    /// <inheritdoc/>
    public override string Kind => "threshold";

    /// <inheritdoc/>
    public override string Details => FormattableString.Invariant($"{Low} to {High}");
}
