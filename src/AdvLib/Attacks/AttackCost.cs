namespace AdvLib;

/// <summary>What attacks cost at most, for the time that is left.</summary>
internal static class AttackCost
{
    /// <summary>Passes that an image takes through a network, as <see cref="Work"/> counts them, if it withstands to the end.</summary>
    public static double Passes(IAttack attack, int classes) => attack switch
    {
        UniformNoise or SignNoise => 0,
        Pgd pgd => (double)pgd.Restarts * pgd.Steps * Work.GradientPasses,
        Apgd apgd => (double)Math.Max(1, Math.Min(apgd.TargetClasses, classes - 1)) * apgd.Restarts * (apgd.Iterations + 1) * Work.GradientPasses,
        Fab fab => (double)Math.Min(fab.TargetClasses, classes - 1) * fab.Iterations * (Work.GradientPasses + 1),
        Square square => square.Queries,
        WorstCase worst => 1 + worst.Attacks.Sum(member => Passes(member, classes) + 1),
        _ => Work.GradientPasses,
    };
}
