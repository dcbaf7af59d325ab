using System.Globalization;

namespace AdvLib;

/// <summary>
/// The checks of a robustness report (after Carlini et al., "On evaluating adversarial robustness", 2019, and AutoAttack's own flags). Each
/// looks for something that cannot be, if the attacks found what there is to find.
/// </summary>
internal static class SanityChecks
{
    /// <summary>Fewer images than this make the interval of an accuracy too wide to compare defences.</summary>
    public const int FewestImages = 1000;

    /// <summary>The first images, on which the checks compute for themselves.</summary>
    public const int Sample = 500;

    /// <summary>Share of images that a gradient attack may fail on, or leave to Square, before it is a sign.</summary>
    private const double Tolerated = 0.01;

    public static List<SanityFlag> Find(RobustnessReport report, PieceChecks checks)
    {
        var flags = new List<SanityFlag>();
        flags.AddRange(ZeroGradients(checks));
        flags.AddRange(ThresholdHides(report));
        flags.AddRange(PgdWeakerThanFgsm(report));
        flags.AddRange(BlackBoxBeatsWhiteBox(report));
        flags.AddRange(NoiseAsStrong(report));
        flags.AddRange(SurvivesLargestEpsilon(report.Settings, checks));
        flags.AddRange(BatchSizeMatters(checks));
        flags.AddRange(FewImages(report));
        return flags;
    }

    public static IEnumerable<SanityFlag> ZeroGradients(PieceChecks checks)
    {
        foreach ((Loss loss, int zero) in ((Loss, int)[])[
            (Loss.MeanSquaredError, checks.ZeroSquared), (Loss.CrossEntropy, checks.ZeroEntropy)])
        {
            if (zero > Tolerated * checks.Images)
            {
                yield return new SanityFlag(
                    "zero gradients",
                    $"{Percent(zero / (double)checks.Images)} of the images have no gradient of the {loss.Name} at all.",
                    "The softmax is saturated there: gradient attacks with this loss do not move these images, "
                        + "and their accuracy is too high.",
                    "Trust attacks on the margin or DLR, and Square.");
            }
        }
    }

    public static IEnumerable<SanityFlag> ThresholdHides(RobustnessReport report)
    {
        foreach (RobustnessRow row in report.Rows.Where(row => row.Evaluation.Kind == EvaluationKind.Fresh))
        {
            double share = BehindThreshold.FallenBehind(row.Standing) / (double)row.Evaluation.Count;
            if (share > Tolerated)
            {
                yield return new SanityFlag(
                    "gradients vanish at the threshold",
                    $"{row.Label}: {Percent(share)} of the images stood against it in front of the threshold and fell behind.",
                    "Where the first layer is flat it has no gradient, and attacks in front of it stand still.",
                    "Quote numbers of both sides, as this row's; those of other tools, which see the front alone, are too high.");
            }
        }
    }

    public static IEnumerable<SanityFlag> PgdWeakerThanFgsm(RobustnessReport report)
    {
        if (report["pgd"] is { } pgd && report["fgsm"] is { } fgsm && pgd.Evaluation.Accuracy > fgsm.Evaluation.Accuracy)
        {
            yield return new SanityFlag(
                "PGD weaker than FGSM",
                $"PGD leaves {Percent(pgd.Evaluation.Accuracy)}, FGSM {Percent(fgsm.Evaluation.Accuracy)}.",
                "Many steps cannot be worse than one, unless the gradient leads them astray.",
                "Use more steps and restarts, a smaller step, and look at AutoAttack.");
        }
    }

    public static IEnumerable<SanityFlag> BlackBoxBeatsWhiteBox(RobustnessReport report)
    {
        if (report["transfer_from"] is { } transfer && report["pgd"] is { } pgd && transfer.Evaluation.Accuracy < pgd.Evaluation.Accuracy)
        {
            yield return new SanityFlag(
                "black box beats white box",
                $"Images made from another model leave {Percent(transfer.Evaluation.Accuracy)}, "
                    + $"those from its own gradient {Percent(pgd.Evaluation.Accuracy)}.",
                "An attacker who sees the model cannot do worse than one who does not: the gradient is masked.",
                "Do not quote the white-box number; quote the lowest.");
        }

        if (report["autoattack"] is { } worst && SquareAlone(worst) is var share and > Tolerated)
        {
            yield return new SanityFlag(
                "black box beats white box",
                $"{Percent(share)} of the images stood against every gradient attack and fell to Square, which sees logits only.",
                "The gradient is masked there; with more queries more may fall.",
                "Give Square more queries, and quote nothing but the worst case.");
        }
    }

    public static IEnumerable<SanityFlag> NoiseAsStrong(RobustnessReport report)
    {
        if (report["fgsm"] is not { } fgsm || !(report.Settings.Epsilon > 0))
            yield break;
        foreach (RobustnessRow noise in report.Rows.Where(
            row => row.Evaluation.Kind == EvaluationKind.Noise && row.Evaluation.Accuracy <= fgsm.Evaluation.Accuracy))
        {
            yield return new SanityFlag(
                "noise as strong as FGSM",
                $"{noise.Label} leaves {Percent(noise.Evaluation.Accuracy)}, FGSM {Percent(fgsm.Evaluation.Accuracy)}.",
                "A step along the gradient must hurt more than one in a random direction.",
                "Look for zero gradients, a wrong label source, or an epsilon too small to matter.");
        }
    }

    public static IEnumerable<SanityFlag> SurvivesLargestEpsilon(RobustnessSettings settings, PieceChecks checks)
    {
        // With every picture within reach, any class can be shown.
        if (checks.StandAtLargest > 0)
        {
            string largest = settings.Norm == Norm.Linf ? "epsilon 1" : "the largest epsilon";
            yield return new SanityFlag(
                $"accuracy above zero at {largest}",
                $"PGD-{settings.Steps} with {largest} leaves {Percent(checks.StandAtLargest / (double)checks.Images)} of "
                    + $"{checks.Images.ToString("N0", CultureInfo.InvariantCulture)} images.",
                "There every image may become any other, so nothing can stand: the attack fails, not the image.",
                "Take the number of the strongest attack, and more steps.");
        }
    }

    public static IEnumerable<SanityFlag> BatchSizeMatters(PieceChecks checks)
    {
        if (checks.Moved > 0)
        {
            yield return new SanityFlag(
                "results move with the batch size",
                $"{Percent(checks.Moved / (double)checks.Images)} of the images have other logits alone than in a batch.",
                "The model computes in training mode (batch statistics, dropout), so an image's answer depends on its neighbours.",
                "Evaluate in inference mode.");
        }
    }

    public static IEnumerable<SanityFlag> FewImages(RobustnessReport report)
    {
        RobustnessRow[] few = [.. report.Rows.Where(row => row.Evaluation.Count < FewestImages)];
        if (few.Length > 0)
        {
            yield return new SanityFlag(
                "few images",
                string.Join(", ", few.GroupBy(row => row.Evaluation.Count).Select(
                    group => $"{(group.Count() > 2 ? $"{group.Count()} numbers" : string.Join(" and ", group.Select(row => row.Label)))} "
                    + $"on {group.Key} images")) + ".",
                "So few leave an interval of several points.",
                $"Use at least {FewestImages.ToString("N0", CultureInfo.InvariantCulture)} images.");
        }
    }

    // Share of the images that only Square fooled, in an ensemble that ran gradient attacks before.
    private static double SquareAlone(RobustnessRow worst)
    {
        for (int i = 1; i < worst.Standing.Count; i++)
        {
            if (worst.Standing[i].Attack.StartsWith("Square", StringComparison.Ordinal))
                return (worst.Standing[i - 1].Standing - worst.Standing[i].Standing) / (double)worst.Evaluation.Count;
        }

        return 0;
    }

    private static string Percent(double share) => Show.Value(share, percent: true);
}
