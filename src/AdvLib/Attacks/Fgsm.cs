namespace AdvLib;

/// <summary>
/// The fast gradient sign method (Goodfellow, Shlens and Szegedy, "Explaining and harnessing adversarial examples", 2015):
/// <c>adversary = image + epsilon sign(d loss / d image)</c>, with sign(0) = 0 and the gradient taken in inference mode.
/// </summary>
/// <remarks>
/// The defaults are the tutorial mode of the recipe: mean squared error and no clipping. Most of the field uses cross-entropy and
/// clips to [0, 1]. <see cref="Pgd"/> takes many such steps, and has other norms and goals.
/// </remarks>
public sealed record Fgsm : IAdjustableAttack
{
    /// <summary>Creates the attack.</summary>
    /// <param name="epsilon">Largest change of a pixel, in pixel units of [0, 1]; at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epsilon"/> is negative or not finite.</exception>
    public Fgsm(float epsilon = 2f / 255) => Epsilon = epsilon;

    /// <summary>Largest change of a pixel, in pixel units of [0, 1].</summary>
    public float Epsilon
    {
        get;
        init => field = AttackGuard.Epsilon(value, nameof(Epsilon));
    }

    /// <summary>The loss the attack raises, or lowers when targeted.</summary>
    public Loss Loss { get; init; } = Loss.MeanSquaredError;

    /// <summary>Pixel values the adversaries are clipped to; null for no clipping.</summary>
    public PixelRange? Clip { get; init; }

    /// <summary>Whether the labels are classes to reach, instead of classes to leave.</summary>
    public bool Targeted { get; init; }

    /// <inheritdoc/>
    public string Name =>
        FormattableString.Invariant($"FGSM eps {Epsilon:G3}, {Loss.Name}{(Clip is { } clip ? $", clipped to {clip}" : "")}{(Targeted ? ", targeted" : "")}");

    /// <inheritdoc/>
    public IAttack ForBatch(float epsilon, long batch) => epsilon == Epsilon ? this : this with { Epsilon = epsilon };

    /// <inheritdoc/>
    public void Perturb(IClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<float> adversaries)
    {
        ArgumentNullException.ThrowIfNull(model);
        AttackGuard.Spans(images, adversaries);
        model.InputGradient(images, labels, Loss, adversaries);
        PixelSteps.Sign(images, images, adversaries, Targeted ? -Epsilon : Epsilon, Epsilon, Clip ?? PixelRange.All, adversaries);
    }
}
