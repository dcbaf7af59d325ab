namespace AdvLib;

/// <summary>
/// A control, not an attack: a uniform draw from the ball of size epsilon around the image; in L-inf each pixel moves by itself.
/// </summary>
public sealed record UniformNoise : IAttack<IClassifier>
{
    /// <summary>Creates the control.</summary>
    /// <param name="epsilon">Largest size of the change in its norm, in pixel units of [0, 1]; at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epsilon"/> is negative or not finite.</exception>
    public UniformNoise(float epsilon) => Epsilon = AttackGuard.Epsilon(epsilon, nameof(epsilon));

    /// <summary>Largest size of the change in <see cref="Norm"/>, in pixel units of [0, 1].</summary>
    public float Epsilon { get; }

    /// <summary>How the change is measured.</summary>
    public Norm Norm { get; init; }

    /// <summary>Pixel values the images are cut to; null for no cut.</summary>
    public PixelRange? Clip { get; init; } = PixelRange.Unit;

    /// <summary>Decides the changes, together with the image itself.</summary>
    public ulong Seed { get; init; } = 42;

    /// <inheritdoc/>
    public string Name => FormattableString.Invariant(
        $"uniform noise {(Norm == Norm.Linf ? "" : $"{Norm} ")}eps {Epsilon:G3}{(Clip is { } clip ? $", clipped to {clip}" : "")}");

    /// <inheritdoc/>
    public void RequireScale(ImageSet images)
    {
        ArgumentNullException.ThrowIfNull(images);
        images.RequireScale(Clip, Norm == Norm.Linf ? Epsilon : 0);
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
                images.Slice(at, size), Norm, Epsilon, Clip ?? PixelRange.All, Seed, restart: 0, adversaries.Slice(at, size));
    }
}
