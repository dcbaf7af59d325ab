namespace AdvLib;

/// <summary>What a robustness report measures.</summary>
/// <param name="Epsilon">Largest size of the perturbation in its norm, in pixel units of [0, 1]; at least 0.</param>
public sealed record RobustnessSettings(float Epsilon)
{
    /// <summary>
    /// How the perturbation is measured: L-inf or L2. In L2 there is neither sign noise nor tutorial mode, which know single pixels only,
    /// nor a proof.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The norm is another one.</exception>
    public Norm Norm
    {
        get;
        init => field = NormGuard.LinfOrL2(value, nameof(Norm));
    }

    /// <summary>Steps of PGD, at least 1.</summary>
    public int Steps { get; init; } = 40;

    /// <summary>Runs of PGD, each from a random start of its own; at least 1.</summary>
    public int Restarts { get; init; } = 5;

    /// <summary>
    /// Whether AutoAttack, by far the most costly attack, is run; on the same images as all else, so that the rows can be compared.
    /// </summary>
    public bool AutoAttack { get; init; } = true;

    /// <summary>Steps of each run of APGD and FAB in AutoAttack's standard ensemble, at least 1.</summary>
    public int Iterations { get; init; } = 100;

    /// <summary>Queries of Square, in AutoAttack's standard ensemble or on a model without gradients; at least 1.</summary>
    public int Queries { get; init; } = 5000;

    /// <summary>The ensemble; AutoAttack's standard one unless set.</summary>
    public WorstCase? Ensemble { get; init; }

    /// <summary>
    /// The model as it was before its defence, or another one: makes the stale images, and the transfer both ways. Null leaves them out.
    /// </summary>
    public IDifferentiableClassifier? Before { get; init; }

    /// <summary>What to call <see cref="Before"/> in tables.</summary>
    public string BeforeName { get; init; } = "the baseline";

    /// <summary>Decides what is random.</summary>
    public ulong Seed { get; init; } = 42;

    /// <summary>Called with every row as soon as it is measured.</summary>
    public Action<RobustnessRow>? Measured { get; init; }

    /// <summary>FGSM as the recipe has it: mean squared error, no clipping.</summary>
    internal Fgsm TutorialFgsm => new(Epsilon);

    /// <summary>FGSM as most of the field has it: cross-entropy, clipped to [0, 1]; in L2 one step along the gradient.</summary>
    internal IAttack<IDifferentiableClassifier> OneStep => Norm == Norm.Linf
        ? new Fgsm(Epsilon) { Loss = Loss.CrossEntropy, Clip = PixelRange.Unit }
        : new Pgd(Epsilon) { Norm = Norm, Steps = 1, StepSize = Epsilon, RandomStart = false };

    /// <summary>The PGD of the table.</summary>
    internal Pgd Pgd => new(Epsilon) { Norm = Norm, Steps = Steps, Restarts = Restarts, Seed = Seed };

    /// <summary>The ensemble of the table.</summary>
    internal WorstCase Worst =>
        Ensemble ?? AdvLib.AutoAttack.Standard(Epsilon, iterations: Iterations, queries: Queries, seed: Seed, norm: Norm);

    /// <summary>What looks for adversaries of a model without gradients.</summary>
    internal Square Square => new(Epsilon) { Norm = Norm, Queries = Queries, Seed = Seed };

    /// <summary>The first control.</summary>
    internal UniformNoise UniformNoise => new(Epsilon) { Norm = Norm, Seed = Seed };

    /// <summary>The second control, of L-inf.</summary>
    internal SignNoise SignNoise => new(Epsilon, Seed) { Clip = PixelRange.Unit };
}
