using System.Numerics.Tensors;

namespace AdvLib;

/// <summary>
/// The fast gradient sign method (Goodfellow, Shlens and Szegedy, "Explaining and harnessing adversarial examples", 2015):
/// <c>adversary = image + epsilon sign(d loss / d image)</c>, with sign(0) = 0 and the gradient taken in inference mode.
/// </summary>
/// <remarks>
/// The defaults are the tutorial mode of the recipe: mean squared error and no clipping. Most of the field uses cross-entropy and
/// clips to [0, 1]. <see cref="Pgd"/> takes many such steps, and has other norms.
/// </remarks>
public sealed record Fgsm : IAdjustableAttack<IDifferentiableClassifier>
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

    /// <summary>The loss the attack raises, or lowers when it has a target.</summary>
    public Loss Loss { get; init; } = Loss.MeanSquaredError;

    /// <summary>Pixel values the adversaries are clipped to; null for no clipping.</summary>
    public PixelRange? Clip { get; init; }

    /// <inheritdoc/>
    public Goal Goal { get; init; } = Goal.LeaveLabel;

    /// <inheritdoc/>
    public string Name =>
        FormattableString.Invariant($"FGSM eps {Epsilon:G3}, {Loss.Name}{(Clip is { } clip ? $", clipped to {clip}" : "")}{Goal.Suffix}");

    /// <inheritdoc/>
    public void RequireScale(ImageSet images)
    {
        ArgumentNullException.ThrowIfNull(images);
        images.RequireScale(Clip, Epsilon);
    }

    /// <inheritdoc/>
    public IAttack<IDifferentiableClassifier> ForBatch(float epsilon, long batch) =>
        epsilon == Epsilon ? this : this with { Epsilon = epsilon };

    /// <inheritdoc/>
    public IAttack<IDifferentiableClassifier> Select(ReadOnlySpan<int> places) => this with { Goal = Goal.Select(places) };

    /// <inheritdoc/>
    public void Perturb(
        IDifferentiableClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<float> adversaries)
    {
        int count = AttackGuard.Call(model, images, labels, adversaries);
        using var goals = new Rented<int>(count);
        using var gradients = new Rented<float>(images.Length);
        Goal.Choose(model, images, labels, goals.Span);
        model.InputGradient(images, goals.Span, Loss, gradients.Span);
        ModelAnswer.Check(gradients.Span, count, "the gradient");
        images.CopyTo(adversaries);
        NormExtensions.StepBySign(gradients.Span, Goal.IsTarget ? -Epsilon : Epsilon, adversaries);
        if (Clip is { } range)
            TensorPrimitives.Clamp(adversaries, range.Low, range.High, adversaries);
    }
}
