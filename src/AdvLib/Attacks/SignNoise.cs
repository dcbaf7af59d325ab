using AdvLib.Numerics;

namespace AdvLib;

/// <summary>
/// A control, not an attack: every pixel moves by epsilon up or down at random. The change is as large as FGSM's; only the direction
/// knows nothing of the model.
/// </summary>
public sealed record SignNoise : IAttack
{
    private readonly ulong _seed;

    /// <summary>Creates the control.</summary>
    /// <param name="epsilon">Change of every pixel, in pixel units of [0, 1]; at least 0.</param>
    /// <param name="seed">Decides the signs, together with the image itself.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epsilon"/> is negative or not finite.</exception>
    public SignNoise(float epsilon, ulong seed = 42)
    {
        Epsilon = AttackGuard.Epsilon(epsilon);
        _seed = seed;
    }

    /// <summary>Change of every pixel, in pixel units of [0, 1].</summary>
    public float Epsilon { get; }

    /// <inheritdoc/>
    public string Name => FormattableString.Invariant($"sign noise eps {Epsilon:G3}");

    /// <inheritdoc/>
    public void Perturb(IClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<float> adversaries)
    {
        ArgumentNullException.ThrowIfNull(model);
        AttackGuard.Spans(images, adversaries);
        int size = model.InputShape.Size;
        for (int start = 0; start < images.Length; start += size)
        {
            ReadOnlySpan<float> image = images.Slice(start, size);
            Rng rng = ImageRandom.Of(image, _seed);
            for (int i = 0; i < size; i++)
                adversaries[start + i] = image[i] + ((rng.NextUInt64() >> 63) == 0 ? Epsilon : -Epsilon);
        }
    }
}
