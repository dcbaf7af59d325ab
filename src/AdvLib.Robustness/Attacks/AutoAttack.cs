namespace AdvLib;

/// <summary>
/// AutoAttack (Croce and Hein, "Reliable evaluation of adversarial robustness with an ensemble of diverse parameter-free attacks", 2020):
/// the worst case of APGD-CE, APGD-T, FAB-T and Square. White-box and black-box attacks cross-check each other, and none has a setting
/// to get wrong. On two or three classes, where DLR is not defined, APGD-T raises the margin; APGD-T and FAB-T go for the classes
/// there are.
/// </summary>
public static class AutoAttack
{
    /// <summary>The standard ensemble, with the paper's budget unless told otherwise.</summary>
    /// <param name="epsilon">Largest size of the perturbation in the norm, in pixel units of [0, 1]; at least 0.</param>
    /// <param name="iterations">Steps of each run of APGD and FAB, at least 1; 100 in the paper.</param>
    /// <param name="queries">Queries of Square, at least 1; 5,000 in the paper.</param>
    /// <param name="targetClasses">Classes that APGD-T and FAB-T go for, at least 1; 9 in the paper.</param>
    /// <param name="seed">Decides what is random.</param>
    /// <param name="norm">How the perturbation is measured: L-inf or L2.</param>
    /// <returns>The ensemble.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static WorstCase Standard(
        float epsilon, int iterations = 100, int queries = 5000, int targetClasses = 9, ulong seed = 42, Norm norm = Norm.Linf) => new(
        new Apgd(epsilon) { Norm = norm, Iterations = iterations, Seed = seed },
        new Apgd(epsilon)
        {
            Norm = norm,
            Iterations = iterations,
            TargetClasses = AttackGuard.Positive(targetClasses, nameof(targetClasses)),
            Seed = seed,
        },
        new Fab(epsilon) { Norm = norm, Iterations = iterations, TargetClasses = targetClasses },
        new Square(epsilon) { Norm = norm, Queries = queries, Seed = seed })
        {
            Name = FormattableString.Invariant(
            $"AutoAttack {(norm == Norm.Linf ? "" : $"{norm} ")}eps {epsilon:G3}{Budget(iterations, queries, targetClasses)}"),
        };

    // What differs from the paper's. Of nine targets a model of few classes has only some, so they are not spoken of unasked.
    private static string Budget(int iterations, int queries, int targetClasses) => string.Concat(
        iterations == 100 ? "" : FormattableString.Invariant($", {iterations} steps"),
        queries == 5000 ? "" : FormattableString.Invariant($", {queries} queries"),
        targetClasses == 9 ? "" : FormattableString.Invariant($", {targetClasses} targets"));
}
