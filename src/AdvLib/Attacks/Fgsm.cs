using System.Numerics;

namespace AdvLib;

/// <summary>
/// The fast gradient sign method (Goodfellow, Shlens and Szegedy, "Explaining and harnessing adversarial examples", 2015):
/// <c>adversary = image + epsilon sign(d loss / d image)</c>, with sign(0) = 0 and the gradient taken in inference mode.
/// </summary>
/// <remarks>
/// The defaults are the tutorial mode of the recipe: mean squared error and no clipping. Most of the field uses cross-entropy and
/// clips to [0, 1].
/// </remarks>
public sealed record Fgsm : IAttack
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
    public void Perturb(IClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<float> adversaries)
    {
        ArgumentNullException.ThrowIfNull(model);
        AttackGuard.Spans(images, adversaries);
        model.InputGradient(images, labels, Loss, adversaries);
        Step(images, adversaries, Targeted ? -Epsilon : Epsilon, Clip ?? new PixelRange(float.NegativeInfinity, float.PositiveInfinity));
    }

    // Turns gradients into adversaries, in place.
    private static void Step(ReadOnlySpan<float> images, Span<float> gradients, float step, PixelRange clip)
    {
        var low = new Vector<float>(clip.Low);
        var high = new Vector<float>(clip.High);
        int i = 0;
        for (; i <= images.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var gradient = new Vector<float>(gradients[i..]);
            Vector<float> change = Vector.ConditionalSelect(
                Vector.GreaterThan(gradient, Vector<float>.Zero),
                new Vector<float>(step),
                Vector.ConditionalSelect(Vector.LessThan(gradient, Vector<float>.Zero), new Vector<float>(-step), Vector<float>.Zero));
            Vector.Min(Vector.Max(new Vector<float>(images[i..]) + change, low), high).CopyTo(gradients[i..]);
        }

        for (; i < images.Length; i++)
        {
            float change = gradients[i] > 0 ? step : gradients[i] < 0 ? -step : 0;
            gradients[i] = MathF.Min(MathF.Max(images[i] + change, clip.Low), clip.High);
        }
    }
}
