using System.Numerics.Tensors;

namespace AdvLib;

/// <summary>
/// A control, not an attack: every pixel moves by epsilon up or down at random. The change is as large as FGSM's; only the direction
/// knows nothing of the model.
/// </summary>
public sealed record SignNoise : IAttack<IClassifier>
{
    /// <summary>Creates the control.</summary>
    /// <param name="epsilon">Change of every pixel, in pixel units of [0, 1]; at least 0.</param>
    /// <param name="seed">Decides the signs, together with the image itself.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epsilon"/> is negative or not finite.</exception>
    public SignNoise(float epsilon, ulong seed = 42)
    {
        Epsilon = AttackGuard.Epsilon(epsilon, nameof(epsilon));
        Seed = seed;
    }

    /// <summary>Change of every pixel, in pixel units of [0, 1].</summary>
    public float Epsilon { get; }

    /// <summary>Decides the signs, together with the image itself.</summary>
    public ulong Seed { get; }

    /// <summary>Pixel values the images are cut to; null for no cut.</summary>
    public PixelRange? Clip { get; init; }

    /// <inheritdoc/>
    public string Name => FormattableString.Invariant($"sign noise eps {Epsilon:G3}{(Clip is { } clip ? $", clipped to {clip}" : "")}");

    /// <inheritdoc/>
    public void RequireScale(ImageSet images)
    {
        ArgumentNullException.ThrowIfNull(images);
        images.RequireScale(Clip, Epsilon);
    }

    /// <inheritdoc/>
    public double Passes(int classes) => 0;

    /// <inheritdoc/>
    public void Perturb(IClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<float> adversaries)
    {
        AttackGuard.Call(model, images, labels, adversaries);
        int size = model.InputShape.Size;
        for (int at = 0; at < images.Length; at += size)
        {
            ReadOnlySpan<float> image = images.Slice(at, size);
            Rng rng = ImageRandom.Of(image, Seed);
            for (int i = 0; i < size; i++)
                adversaries[at + i] = image[i] + ((rng.NextUInt64() >> 63) == 0 ? Epsilon : -Epsilon);
        }

        if (Clip is { } range)
            TensorPrimitives.Clamp(adversaries, range.Low, range.High, adversaries);
    }
}
