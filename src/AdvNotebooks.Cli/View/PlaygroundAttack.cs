namespace AdvNotebooks.Cli.View;

/// <summary>An attack to choose in the playground.</summary>
/// <param name="Key">Its name in requests.</param>
/// <param name="Name">Its name for readers.</param>
/// <param name="About">What it does, in a sentence.</param>
/// <param name="Of">The attack of a strength, in pixel units of [0, 1].</param>
internal sealed record PlaygroundAttack(string Key, string Name, string About, Func<float, IAttack<IDifferentiableClassifier>> Of)
{
    /// <summary>All of them, from weak to strong; the last is the control.</summary>
    public static IReadOnlyList<PlaygroundAttack> All { get; } =
    [
        new("fgsm", "FGSM, tutorial mode",
            "One step along the sign of the gradient of the squared error, not clipped: the recipe's attack.",
            epsilon => new Fgsm(epsilon)),
        new("fgsm-ce", "FGSM, cross-entropy",
            "One step along the sign of the gradient of the cross-entropy, clipped to [0, 1], as the rest of the field has it.",
            epsilon => new Fgsm(epsilon) { Loss = Loss.CrossEntropy, Clip = PixelRange.Unit }),
        new("bim", "BIM, 10 steps", "FGSM in ten small steps, each along a fresh gradient.", epsilon => Pgd.Bim(epsilon)),
        new("mi-fgsm", "MI-FGSM, 10 steps", "BIM with momentum: its adversaries fool other networks more often.",
            epsilon => Pgd.MomentumFgsm(epsilon)),
        new("pgd", "PGD, 40 steps", "Forty steps from a random start, each projected back to at most epsilon.",
            epsilon => new Pgd(epsilon)),
        new("noise", "random noise (control)",
            "As much change in random directions. It is the direction that fools a network, not the amount.",
            epsilon => new SignNoise(epsilon, seed: 42)),
    ];
}
