namespace AdvLib;

/// <summary>
/// Cuts values off below one bound and above another, and stretches what lies between to [0, 1]:
/// <c>y = clamp((x - low) / (high - low), 0, 1)</c>, <c>dx = dy / (high - low)</c> between the bounds, else 0. Where both bounds are the
/// same it is a step: 1 above, else 0, and <c>dx = dy</c>.
/// </summary>
/// <remarks>
/// In front of a network it takes from a box of pixels what an attack could do to background and ink. It also hides gradients: attack what
/// lies behind it too, and believe the lower number (Athalye et al., "Obfuscated gradients give a false sense of security", 2018). A step
/// has no slope at all; it lets gradients straight through (Bengio et al., "Estimating or propagating gradients through stochastic neurons
/// for conditional computation", 2013), so that attacks see what lies behind. All that an attack can make of a pixel there is 0 or 1.
/// </remarks>
public sealed record Threshold : Layer
{
    private readonly float _scale;

    /// <summary>Describes the layer.</summary>
    /// <param name="low">What becomes 0, and all below it; finite.</param>
    /// <param name="high">What becomes 1, and all above it; finite and not below <paramref name="low"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bounds are not finite, or not in order.</exception>
    public Threshold(float low, float high)
    {
        if (!float.IsFinite(low))
            throw new ArgumentOutOfRangeException(nameof(low), low, "The lower bound must be finite, for example 0.3.");
        if (!float.IsFinite(high) || !(high >= low) || (high > low && !float.IsFinite(1 / (high - low))))
            throw new ArgumentOutOfRangeException(nameof(high), high, "Finite and not below the lower bound, for example 0.7.");
        (Low, High, _scale) = (low, high, 1 / (high - low));
    }

    /// <summary>What becomes 0, and all below it.</summary>
    public float Low { get; }

    /// <summary>What becomes 1, and all above it.</summary>
    public float High { get; }

    /// <summary>Whether both bounds are the same, so that what comes out is 0 or 1.</summary>
    public bool IsStep => Low == High;

    /// <summary>What becomes of a value.</summary>
    /// <param name="x">The value.</param>
    /// <returns>In [0, 1]; where the bounds are the same, 0 or 1.</returns>
    public float Of(float x) => IsStep ? (x > Low ? 1 : 0) : Math.Clamp((x - Low) * _scale, 0, 1);

    /// <summary>What a value's change makes of the output's, as gradients see it.</summary>
    /// <param name="x">The value.</param>
    /// <returns><c>1 / (high - low)</c> between the bounds, else 0; 1 for a step.</returns>
    public float Slope(float x) => IsStep ? 1 : x > Low && x < High ? _scale : 0;

    /// <inheritdoc/>
    public override string Kind => "threshold";

    /// <inheritdoc/>
    public override string Details => IsStep ? FormattableString.Invariant($"step at {Low}") : FormattableString.Invariant($"{Low} to {High}");
}
