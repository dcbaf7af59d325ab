namespace AdvLib;

/// <summary>What a robustness report measures.</summary>
/// <param name="Epsilon">Largest change of a pixel, in pixel units of [0, 1]; at least 0.</param>
public sealed record RobustnessSettings(float Epsilon)
{
    /// <summary>Steps of PGD, at least 1.</summary>
    public int Steps { get; init; } = 40;

    /// <summary>Runs of PGD, each from a random start of its own; at least 1.</summary>
    public int Restarts { get; init; } = 5;

    /// <summary>
    /// Whether AutoAttack, by far the most costly attack, is run; on the same images as all else, so that the rows can be compared.
    /// </summary>
    public bool AutoAttack { get; init; } = true;

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

    /// <summary>FGSM as most of the field has it: cross-entropy, clipped to [0, 1].</summary>
    internal Fgsm UsualFgsm => new(Epsilon) { Loss = Loss.CrossEntropy, Clip = PixelRange.Unit };

    /// <summary>The PGD of the table.</summary>
    internal Pgd Pgd => new(Epsilon) { Steps = Steps, Restarts = Restarts, Seed = Seed };

    /// <summary>The ensemble of the table.</summary>
    internal WorstCase Worst => Ensemble ?? AdvLib.AutoAttack.Standard(Epsilon, seed: Seed);
}
