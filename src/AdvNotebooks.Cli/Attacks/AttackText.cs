using System.Globalization;

namespace AdvNotebooks.Cli.Attacks;

/// <summary>Sentences about an attack.</summary>
internal static class AttackText
{
    /// <summary>The bound of the perturbations.</summary>
    public static string Bound(AttackPlan plan) =>
        string.Create(CultureInfo.InvariantCulture, $"{(plan.Norm == Norm.Linf ? "L-inf" : $"{plan.Norm}")} epsilon {plan.Epsilon:G4}");

    /// <summary>What the strongest attack leaves.</summary>
    public static string Lowest(RobustnessReport report) => string.Create(CultureInfo.InvariantCulture,
        $"Lowest accuracy: {100 * report.Worst.Evaluation.Accuracy:0.00}% ({report.Worst.Evaluation.Interval}), "
            + $"under {report.Worst.Label}.");
}
