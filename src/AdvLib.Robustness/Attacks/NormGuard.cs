namespace AdvLib;

/// <summary>Which norms an attack knows.</summary>
internal static class NormGuard
{
    /// <summary>A norm of AutoAttack's, or the exception that says so.</summary>
    public static Norm LinfOrL2(Norm value, string name) => value is Norm.Linf or Norm.L2
        ? value
        : throw new ArgumentOutOfRangeException(
            name, value, "This attack knows the norms L-inf and L2. For L1 take Pgd with Norm = Norm.L1.");
}
