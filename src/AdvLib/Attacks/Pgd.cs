using System.Numerics.Tensors;

namespace AdvLib;

/// <summary>
/// Projected gradient descent (Madry et al., "Towards deep learning models resistant to adversarial attacks", 2018): steps along the
/// gradient, each followed by a projection onto the ball of size epsilon around the image. Without a random start it is the basic
/// iterative method (<see cref="Bim"/>), with momentum MI-FGSM (<see cref="MomentumFgsm"/>), with
/// one step of size epsilon <see cref="Fgsm"/>.
/// </summary>
/// <remarks>The defaults are those of Madry's evaluation: L-inf, 40 steps from a random start, cross-entropy, pixels in [0, 1].</remarks>
public sealed record Pgd : IAdjustableAttack<IDifferentiableClassifier>
{
    private const float MostVelocity = 1e30f;

    private readonly float? _stepSize;

    /// <summary>Creates the attack.</summary>
    /// <param name="epsilon">Largest size of the perturbation in the attack's norm, in pixel units of [0, 1]; at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epsilon"/> is negative or not finite.</exception>
    public Pgd(float epsilon) => Epsilon = epsilon;

    /// <summary>Largest size of the perturbation in <see cref="Norm"/>, in pixel units of [0, 1].</summary>
    public float Epsilon
    {
        get;
        init => field = AttackGuard.Epsilon(value, nameof(Epsilon));
    }

    /// <summary>How the perturbation is measured.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such norm.</exception>
    public Norm Norm
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(Norm), value, "L-inf, L2 or L1.");
    }

    /// <summary>Number of steps, at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not positive.</exception>
    public int Steps
    {
        get;
        init => field = AttackGuard.Positive(value, nameof(Steps));
    } = 40;

    /// <summary>
    /// Length of a step in <see cref="Norm"/>; 2.5 epsilon / steps unless set, so that the edge of the ball is reached from anywhere in it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative or not finite.</exception>
    public float StepSize
    {
        get => _stepSize ?? (float.IsFinite(2.5f * Epsilon) ? 2.5f * Epsilon / Steps : Finite(2.5 * Epsilon / Steps));
        init => _stepSize = AttackGuard.NotNegative(value, nameof(StepSize), "A step", "0.01");
    }

    /// <summary>Whether the first step starts at a uniform draw from the ball, instead of the image itself.</summary>
    public bool RandomStart { get; init; } = true;

    /// <summary>
    /// How often the attack is run, at least 1; an image keeps its worst case: an adversary that reaches the goal, else the one of the
    /// highest loss. Further runs compute only on images that none has fooled.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not positive.</exception>
    public int Restarts
    {
        get;
        init => field = AttackGuard.Positive(value, nameof(Restarts));
    } = 1;

    /// <summary>
    /// How much of the earlier steps' direction a step keeps: 0 for none, 1 for Dong et al.'s MI-FGSM ("Boosting adversarial attacks with
    /// momentum", 2018).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The factor is negative or not finite.</exception>
    public float Momentum
    {
        get;
        init => field = AttackGuard.NotNegative(value, nameof(Momentum), "A momentum", "1");
    }

    /// <summary>The loss the attack raises, or lowers when it has a target.</summary>
    public Loss Loss { get; init; } = Loss.CrossEntropy;

    /// <summary>Pixel values the adversaries are cut to after every step; null for no cut. Images are expected to lie in it.</summary>
    public PixelRange? Clip { get; init; } = PixelRange.Unit;

    /// <inheritdoc/>
    public Goal Goal { get; init; } = Goal.LeaveLabel;

    /// <summary>Decides the random starts, together with the image itself. Adversarial batches give every batch another one.</summary>
    public ulong Seed { get; init; } = 42;

    /// <inheritdoc/>
    public string Name => FormattableString.Invariant(
        $"{(Momentum > 0 ? "MI-FGSM" : RandomStart ? "PGD" : "BIM")}-{Steps}{(Restarts > 1 ? $" x{Restarts}" : "")} {Setting}");

    private string Setting => (Norm == Norm.Linf ? "" : $"{Norm} ") + FormattableString.Invariant($"eps {Epsilon:G3}, {Loss.Name}")
        + (Clip is { } clip ? $", clipped to {clip}" : "") + Goal.Suffix;

    private PixelRange Range => Clip ?? PixelRange.All;

    /// <summary>
    /// The basic iterative method (Kurakin, Goodfellow and Bengio, "Adversarial examples in the
    /// physical world", 2017): FGSM in small steps.
    /// </summary>
    /// <param name="epsilon">Largest change of a pixel, in pixel units of [0, 1]; at least 0.</param>
    /// <param name="steps">Number of steps, each of epsilon / steps; at least 1.</param>
    /// <returns>The attack.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static Pgd Bim(float epsilon, int steps = 10) =>
        new(epsilon) { Steps = steps, StepSize = epsilon / steps, RandomStart = false };

    /// <summary>
    /// MI-FGSM (Dong et al., 2018): BIM whose steps follow a decaying sum of the gradients, each of
    /// L1 norm 1. Its adversaries transfer better.
    /// </summary>
    /// <param name="epsilon">Largest change of a pixel, in pixel units of [0, 1]; at least 0.</param>
    /// <param name="steps">Number of steps, each of epsilon / steps; at least 1.</param>
    /// <param name="momentum">How much of the sum a step keeps.</param>
    /// <returns>The attack.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static Pgd MomentumFgsm(float epsilon, int steps = 10, float momentum = 1) => Bim(epsilon, steps) with { Momentum = momentum };

    /// <inheritdoc/>
    public IAttack<IDifferentiableClassifier> ForBatch(float epsilon, long batch)
    {
        Pgd attack = this with { Epsilon = epsilon, Seed = Seed + (ulong)batch };
        return _stepSize is { } step && Epsilon > 0 ? attack with { StepSize = Finite((double)step * (epsilon / Epsilon)) } : attack;
    }

    /// <inheritdoc/>
    public IAttack<IDifferentiableClassifier> Select(ReadOnlySpan<int> places) =>
        this with { Goal = Goal.Select(places), Loss = Loss.Select(places) };

    /// <inheritdoc/>
    public void RequireScale(ImageSet images)
    {
        ArgumentNullException.ThrowIfNull(images);
        images.RequireScale(Clip, Norm == Norm.Linf ? Epsilon : 0);
    }

    /// <inheritdoc/>
    public double Passes(int classes) => (double)Restarts * Steps * Work.GradientPasses;

    /// <inheritdoc/>
    public void Perturb(
        IDifferentiableClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<float> adversaries)
    {
        int count = AttackGuard.Call(model, images, labels, adversaries);
        using var goals = new Rented<int>(count);
        Goal.Choose(model, images, labels, goals.Span);
        if (Restarts > 1)
            new PgdRestarts(this, model, images, goals.Span).Run(adversaries);
        else
            Run(model, images, goals.Span, Loss, restart: 0, adversaries);
    }

    /// <summary>Takes the attack's steps from given points of the ball, instead of its own start.</summary>
    /// <param name="model">The model under attack.</param>
    /// <param name="images">n clean images.</param>
    /// <param name="labels">Their n true classes.</param>
    /// <param name="adversaries">The n points to begin with; receives n adversaries.</param>
    /// <exception cref="ShapeMismatchException">The spans do not fit the model or each other.</exception>
    public void Continue(
        IDifferentiableClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<float> adversaries)
    {
        int count = AttackGuard.Call(model, images, labels, adversaries);
        using var goals = new Rented<int>(count);
        Goal.Choose(model, images, labels, goals.Span);
        Iterate(model, images, goals.Span, Loss, adversaries);
    }

    /// <summary>One run from a start of its own.</summary>
    internal void Run(
        IDifferentiableClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> goals, Loss loss, int restart,
        Span<float> adversaries)
    {
        int size = model.InputShape.Size;
        images.CopyTo(adversaries);
        for (int at = 0; RandomStart && at < images.Length; at += size)
            ImageRandom.Start(images.Slice(at, size), Norm, Epsilon, Range, Seed, restart, adversaries.Slice(at, size));
        Iterate(model, images, goals, loss, adversaries);
    }

    // The attack itself: gradient, step, projection.
    private void Iterate(
        IDifferentiableClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> goals, Loss loss, Span<float> adversaries)
    {
        int size = model.InputShape.Size;
        using var gradients = new Rented<float>(images.Length);
        using var velocities = new Rented<float>(Momentum > 0 ? images.Length : 0);
        velocities.Span.Clear();
        for (int i = 0; i < Steps; i++)
        {
            model.InputGradient(adversaries, goals, loss, gradients.Span);
            ModelAnswer.Check(gradients.Span, goals.Length, "the gradient");
            if (Momentum > 0)
                Accumulate(gradients.Span, size, velocities.Span);
            Norm.Step(
                Momentum > 0 ? velocities.Span : gradients.Span, Goal.IsTarget ? -StepSize : StepSize, Range, size, adversaries);
            Norm.Project(images, Epsilon, Range, size, adversaries);
        }
    }

    // velocity = momentum velocity + gradient / |gradient|.
    private void Accumulate(ReadOnlySpan<float> gradients, int size, Span<float> velocities)
    {
        TensorPrimitives.Multiply(velocities, Momentum, velocities);
        for (int at = 0; at < gradients.Length; at += size)
            NormExtensions.StepAlong(Norm.L1, gradients.Slice(at, size), 1, velocities.Slice(at, size));

        // A momentum above 1 grows without end; its direction is what counts.
        if (Momentum > 1)
            TensorPrimitives.Clamp(velocities, -MostVelocity, MostVelocity, velocities);
    }

    private static float Finite(double step) => (float)Math.Min(step, float.MaxValue);
}
