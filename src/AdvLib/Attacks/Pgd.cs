namespace AdvLib;

/// <summary>
/// Projected gradient descent (Madry et al., "Towards deep learning models resistant to adversarial attacks", 2018): steps along the
/// gradient, each followed by a projection onto the ball of size epsilon around the image. Without a random start it is the basic
/// iterative method (<see cref="Bim"/>), with momentum MI-FGSM (<see cref="MomentumFgsm"/>), with one step of size epsilon <see cref="Fgsm"/>.
/// </summary>
/// <remarks>The defaults are those of Madry's evaluation: L-inf, 40 steps from a random start, cross-entropy, pixels in [0, 1].</remarks>
public sealed record Pgd : IAdjustableAttack
{
    // SLIDE's 99th percentile.
    private const double SteepestShare = 0.01;

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
    public Norm Norm { get; init; } = Norm.Linf;

    /// <summary>Number of steps, at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not positive.</exception>
    public int Steps
    {
        get;
        init => field = AttackGuard.Positive(value, nameof(Steps));
    } = 40;

    /// <summary>Length of a step in <see cref="Norm"/>; 2.5 epsilon / steps unless set, so that the edge of the ball is reached from anywhere in it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative or not finite.</exception>
    public float StepSize
    {
        get => _stepSize ?? 2.5f * Epsilon / Steps;
        init => _stepSize = AttackGuard.Epsilon(value, nameof(StepSize));
    }

    /// <summary>Whether the first step starts at a uniform draw from the ball, instead of the image itself.</summary>
    public bool RandomStart { get; init; } = true;

    /// <summary>
    /// Share of the images, in [0, 1], that start where the Square attack does, at the edge of the ball in stripes and squares, instead of at a
    /// uniform draw; L-inf only. Noise leaves such places unseen: a network trained from uniform starts alone falls to Square first.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The share is out of range.</exception>
    public float SquareStarts
    {
        get;
        init => field = value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(SquareStarts), value, "A share of the images, at least 0 and at most 1, for example 0.5.");
    }

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
        init => field = AttackGuard.Epsilon(value, nameof(Momentum));
    }

    /// <summary>The loss the attack raises, or lowers when it has a target.</summary>
    public Loss Loss { get; init; } = Loss.CrossEntropy;

    /// <summary>Pixel values the adversaries are cut to after every step; null for no cut. Images are expected to lie in it.</summary>
    public PixelRange? Clip { get; init; } = PixelRange.Unit;

    /// <summary>Which class is to be left or reached.</summary>
    public AttackGoal Goal { get; init; } = AttackGoal.Untargeted;

    /// <summary>Decides the random starts, together with the image itself. Adversarial batches give every batch another one.</summary>
    public ulong Seed { get; init; } = 42;

    /// <inheritdoc/>
    public string Name => FormattableString.Invariant(
        $"{(Momentum > 0 ? "MI-FGSM" : RandomStart ? "PGD" : "BIM")}-{Steps}{(Restarts > 1 ? $" x{Restarts}" : "")} {Setting()}");

    private bool HasTarget => Goal is AttackGoal.Targeted or AttackGoal.LeastLikely;

    private PixelRange Range => Clip ?? PixelRange.All;

    /// <summary>The basic iterative method (Kurakin, Goodfellow and Bengio, "Adversarial examples in the physical world", 2017): FGSM in small steps.</summary>
    /// <param name="epsilon">Largest change of a pixel, in pixel units of [0, 1]; at least 0.</param>
    /// <param name="steps">Number of steps, each of epsilon / steps; at least 1.</param>
    /// <returns>The attack.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static Pgd Bim(float epsilon, int steps = 10) => new(epsilon) { Steps = steps, StepSize = epsilon / steps, RandomStart = false };

    /// <summary>MI-FGSM (Dong et al., 2018): BIM whose steps follow a decaying sum of the gradients, each of L1 norm 1. Its adversaries transfer better.</summary>
    /// <param name="epsilon">Largest change of a pixel, in pixel units of [0, 1]; at least 0.</param>
    /// <param name="steps">Number of steps, each of epsilon / steps; at least 1.</param>
    /// <param name="momentum">How much of the sum a step keeps.</param>
    /// <returns>The attack.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static Pgd MomentumFgsm(float epsilon, int steps = 10, float momentum = 1) => Bim(epsilon, steps) with { Momentum = momentum };

    /// <inheritdoc/>
    public IAttack ForBatch(float epsilon, long batch)
    {
        Pgd attack = this with { Epsilon = epsilon, Seed = Seed + (ulong)batch };
        return _stepSize is { } step && Epsilon > 0 ? attack with { StepSize = step * (epsilon / Epsilon) } : attack;
    }

    /// <inheritdoc/>
    public void Perturb(IClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<float> adversaries)
    {
        int count = AttackGuard.Call(model, images, labels, adversaries);
        if (SquareStarts > 0 && (Norm != Norm.Linf || !RandomStart))
            throw new InvalidOperationException($"SquareStarts of a PGD {(RandomStart ? $"in {Norm}" : "without a random start")}. Expected: Norm.Linf and RandomStart. Leave SquareStarts at 0.");
        using var goals = new Scratch<int>(count);
        ChooseGoals(model, images, labels, goals.Span);
        Run(model, images, goals.Span, Loss, restart: 0, adversaries);
        if (Restarts > 1)
            Restart(model, images, goals.Span, adversaries);
    }

    // The classes to leave or to reach.
    private void ChooseGoals(IClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<int> goals)
    {
        labels.CopyTo(goals);
        if (Goal is AttackGoal.Untargeted or AttackGoal.Targeted)
            return;
        using var logits = new Scratch<float>(goals.Length * model.Classes);
        model.Logits(images, logits.Span);
        for (int i = 0; i < goals.Length; i++)
        {
            Span<float> row = logits.Span.Slice(i * model.Classes, model.Classes);
            if (Goal == AttackGoal.LeastLikely)
            {
                foreach (ref float logit in row)
                    logit = -logit;
            }

            goals[i] = ((ReadOnlySpan<float>)row).IndexOfMax();
        }
    }

    private void Run(IClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> goals, Loss loss, int restart, Span<float> adversaries)
    {
        int size = model.InputShape.Size;
        Start(images, model.InputShape, restart, adversaries);
        using var gradients = new Scratch<float>(images.Length);
        using var velocities = new Scratch<float>(Momentum > 0 ? images.Length : 0);
        velocities.Span.Clear();
        float step = HasTarget ? -StepSize : StepSize;
        for (int i = 0; i < Steps; i++)
        {
            model.InputGradient(adversaries, goals, loss, gradients.Span);
            if (Momentum > 0)
                Accumulate(gradients.Span, size, velocities.Span);
            ReadOnlySpan<float> directions = Momentum > 0 ? velocities.Span : gradients.Span;
            if (Norm == Norm.Linf)
            {
                PixelSteps.Sign(images, adversaries, directions, step, Epsilon, Range, adversaries);
                continue;
            }

            for (int at = 0; at < images.Length; at += size)
                Step(images.Slice(at, size), directions.Slice(at, size), step, adversaries.Slice(at, size));
        }
    }

    private void Start(ReadOnlySpan<float> images, Shape shape, int restart, Span<float> adversaries)
    {
        int size = shape.Size;
        if (!RandomStart)
        {
            images.CopyTo(adversaries);
            return;
        }

        for (int at = 0; at < images.Length; at += size)
        {
            ReadOnlySpan<float> image = images.Slice(at, size);
            Span<float> start = adversaries.Slice(at, size);
            if (SquareStarts > 0 && ImageRandom.Of(image, Seed, restart) is var rng && rng.NextSingle() < SquareStarts)
                SquarePatterns.DrawStart(rng, shape, Epsilon, Range, image, start);
            else
                ImageRandom.Start(image, Norm, Epsilon, Range, Seed, restart, start);
        }
    }

    // velocity = momentum velocity + gradient / |gradient|.
    private void Accumulate(ReadOnlySpan<float> gradients, int size, Span<float> velocities)
    {
        foreach (ref float velocity in velocities)
            velocity *= Momentum;
        for (int at = 0; at < gradients.Length; at += size)
        {
            ReadOnlySpan<float> gradient = gradients.Slice(at, size);
            if (PixelSteps.Length(gradient, Norm.L1) is > 0 and var length)
                PixelSteps.AddScaled(gradient, (float)(1 / length), velocities.Slice(at, size));
        }
    }

    // L2 and L1.
    private void Step(ReadOnlySpan<float> image, ReadOnlySpan<float> direction, float step, Span<float> adversary)
    {
        if (Norm == Norm.L2)
        {
            PixelSteps.Ascend(image, adversary, direction, Norm, step, Epsilon, Range, adversary);
            return;
        }

        PixelSteps.SteepestPixels(direction, step, SteepestShare, Range, adversary);
        PixelSteps.Project(image, Norm, Epsilon, Range, adversary);
    }

    // Further runs, on the images that none has fooled.
    private void Restart(IClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> goals, Span<float> adversaries)
    {
        int size = model.InputShape.Size;
        var losses = new float[goals.Length];
        int[] standing = [.. Enumerable.Range(0, goals.Length)];
        Judge(model, adversaries, goals, Loss, losses);
        for (int restart = 1; restart < Restarts; restart++)
        {
            standing = [.. standing.Where(i => !float.IsPositiveInfinity(losses[i]))];
            if (standing.Length == 0)
                return;
            var clean = new float[standing.Length * size];
            var found = new float[standing.Length * size];
            var aims = new int[standing.Length];
            var reached = new float[standing.Length];
            for (int i = 0; i < standing.Length; i++)
            {
                images.Slice(standing[i] * size, size).CopyTo(clean.AsSpan(i * size));
                aims[i] = goals[standing[i]];
            }

            Loss loss = Loss.Select(standing);
            Run(model, clean, aims, loss, restart, found);
            Judge(model, found, aims, loss, reached);
            for (int i = 0; i < standing.Length; i++)
            {
                if (!(reached[i] > losses[standing[i]]))
                    continue;
                losses[standing[i]] = reached[i];
                found.AsSpan(i * size, size).CopyTo(adversaries[(standing[i] * size)..]);
            }
        }
    }

    // What an adversary is worth: its loss, lowered when that was the aim, or infinitely much when it reaches the goal.
    private void Judge(IClassifier model, ReadOnlySpan<float> adversaries, ReadOnlySpan<int> goals, Loss loss, Span<float> worth)
    {
        int classes = model.Classes;
        using var logits = new Scratch<float>(goals.Length * classes);
        model.Logits(adversaries, logits.Span);
        Span<float> ignored = new float[classes];
        for (int i = 0; i < goals.Length; i++)
        {
            ReadOnlySpan<float> row = logits.Span.Slice(i * classes, classes);
            float value = loss.EvaluateAt(i, row, goals[i], ignored);
            bool reached = HasTarget == (row.IndexOfMax() == goals[i]);
            worth[i] = reached ? float.PositiveInfinity : HasTarget ? -value : value;
        }
    }

    private string Setting()
    {
        string goal = Goal switch
        {
            AttackGoal.LeavePrediction => ", away from the prediction",
            AttackGoal.Targeted => ", targeted",
            AttackGoal.LeastLikely => ", least likely",
            _ => "",
        };
        return FormattableString.Invariant($"{(Norm == Norm.Linf ? "" : $"{Norm} ")}eps {Epsilon:G3}, {Loss.Name}{(Clip is { } clip ? $", clipped to {clip}" : "")}{(SquareStarts > 0 ? $", {100 * SquareStarts:0}% from squares" : "")}{goal}");
    }
}
