namespace AdvLib;

/// <summary>A control, not an attack: every pixel moves by a random amount of at most epsilon.</summary>
public sealed record UniformNoise : IAttack<IClassifier>
{
    /// <summary>Creates the control.</summary>
    /// <param name="epsilon">Largest change of a pixel, in pixel units of [0, 1]; at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epsilon"/> is negative or not finite.</exception>
    public UniformNoise(float epsilon) => Epsilon = AttackGuard.Epsilon(epsilon, nameof(epsilon));

    /// <summary>Largest change of a pixel, in pixel units of [0, 1].</summary>
    public float Epsilon { get; }

    /// <summary>Pixel values the images are cut to; null for no cut.</summary>
    public PixelRange? Clip { get; init; } = PixelRange.Unit;

    /// <summary>Decides the changes, together with the image itself.</summary>
    public ulong Seed { get; init; } = 42;

    /// <inheritdoc/>
    public string Name => FormattableString.Invariant($"uniform noise eps {Epsilon:G3}{(Clip is { } clip ? $", clipped to {clip}" : "")}");

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
            ImageRandom.Start(
                images.Slice(at, size), Norm.Linf, Epsilon, Clip ?? PixelRange.All, Seed, restart: 0, adversaries.Slice(at, size));
    }
}
