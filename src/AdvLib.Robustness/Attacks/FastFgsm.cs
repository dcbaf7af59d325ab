using System.Numerics.Tensors;

namespace AdvLib;

/// <summary>
/// FGSM from a random start, for training (Wong, Rice and Kolter, "Fast is better than free: revisiting adversarial training", 2020): a
/// uniform draw from the whole L-inf ball, one step of 1.25 epsilon along the sign of the gradient there, back into the ball, and only then
/// a cut to the pixels' range.
/// </summary>
/// <remarks>
/// The order decides. Half of MNIST's pixels are black: cut to [0, 1] before the gradient is taken, as <see cref="Pgd"/> does, half the
/// starts are the image itself and the step ends at the ball's edge every time. A network soon answers that one pattern, and no other.
/// </remarks>
public sealed record FastFgsm : IAdjustableAttack<IDifferentiableClassifier>
{
    /// <summary>Creates the attack.</summary>
    /// <param name="epsilon">Largest change of a pixel, in pixel units of [0, 1]; at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epsilon"/> is negative or not finite.</exception>
    public FastFgsm(float epsilon) => Epsilon = epsilon;

    /// <summary>Largest change of a pixel, in pixel units of [0, 1].</summary>
    public float Epsilon
    {
        get;
        init => field = AttackGuard.Epsilon(value, nameof(Epsilon));
    }

    /// <summary>Length of the step as a multiple of epsilon.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The factor is negative or not finite.</exception>
    public float Step
    {
        get;
        init => field = AttackGuard.NotNegative(value, nameof(Step), "A step", "1.25");
    } = 1.25f;

    /// <summary>Decides the random starts, together with the image itself.</summary>
    public ulong Seed { get; init; } = 42;

    /// <inheritdoc/>
    public string Name => FormattableString.Invariant($"fast FGSM eps {Epsilon:G3}");

    /// <inheritdoc/>
    public IAttack<IDifferentiableClassifier> ForBatch(float epsilon, long batch) =>
        this with { Epsilon = epsilon, Seed = Seed + (ulong)batch };

    /// <inheritdoc/>
    public void RequireScale(ImageSet images)
    {
        ArgumentNullException.ThrowIfNull(images);
        images.RequireScale(PixelRange.Unit, Epsilon);
    }

    /// <inheritdoc/>
    public void Perturb(
        IDifferentiableClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<float> adversaries)
    {
        var free = new Pgd(Epsilon) { Steps = 1, StepSize = Step * Epsilon, Clip = null, Seed = Seed };
        free.Perturb(model, images, labels, adversaries);
        TensorPrimitives.Clamp(adversaries, PixelRange.Unit.Low, PixelRange.Unit.High, adversaries);
    }
}
