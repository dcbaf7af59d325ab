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

    // Images on which the checks compute for themselves.
    private const int Sample = 500;

    /// <summary>Share of images that a gradient attack may fail on, or leave to Square, before it is a sign.</summary>
    private const double Tolerated = 0.01;

    public static List<SanityFlag> Find(RobustnessReport report, IDifferentiableClassifier model, ImageSet images)
    {
        ImageSet sample = images.Take(Math.Min(Sample, images.Count));
        var flags = new List<SanityFlag>();
        flags.AddRange(ZeroGradients(model, sample));
        flags.AddRange(PgdWeakerThanFgsm(report));
        flags.AddRange(BlackBoxBeatsWhiteBox(report));
        flags.AddRange(NoiseAsStrong(report));
        flags.AddRange(SurvivesEpsilon1(report.Settings, model, sample));
        flags.AddRange(BatchSizeMatters(model, sample));
        flags.AddRange(FewImages(report));
        return flags;
    }

    public static IEnumerable<SanityFlag> ZeroGradients(IDifferentiableClassifier model, ImageSet images)
    {
        int size = images.Shape.Size;
        (float[] pixels, int[] labels) = Copy(images);
        var gradients = new float[pixels.Length];
        foreach (Loss loss in (Loss[])[Loss.MeanSquaredError, Loss.CrossEntropy])
        {
            model.InputGradient(pixels, labels, loss, gradients);
            int zero = Enumerable.Range(0, images.Count).Count(i => gradients.AsSpan(i * size, size).IndexOfAnyExcept(0f) < 0);
            if (zero > Tolerated * images.Count)
            {
                yield return new SanityFlag(
                    "zero gradients",
                    $"{Percent(zero / (double)images.Count)} of the images have no gradient of the {loss.Name} at all.",
                    "The softmax is saturated there: gradient attacks with this loss do not move these images, "
                        + "and their accuracy is too high.",
                    "Trust attacks on the margin or DLR, and Square.");
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

    public static IEnumerable<SanityFlag> SurvivesEpsilon1(RobustnessSettings settings, IDifferentiableClassifier model, ImageSet images)
    {
        // With every picture within reach, any class can be shown.
        double left = 1 - (settings.Pgd with { Epsilon = 1, Restarts = 1 }).Attack(model, images).SuccessRate;
        if (left > 0)
        {
            yield return new SanityFlag(
                "accuracy above zero at epsilon 1",
                $"PGD-{settings.Steps} with epsilon 1 leaves {Percent(left)} of "
                    + $"{images.Count.ToString("N0", CultureInfo.InvariantCulture)} images.",
                "There every image may become any other, so nothing can stand: the attack fails, not the image.",
                "Take the number of the strongest attack, and more steps.");
        }
    }

    public static IEnumerable<SanityFlag> BatchSizeMatters(IDifferentiableClassifier model, ImageSet images)
    {
        (float[] pixels, _) = Copy(images);
        int size = images.Shape.Size;
        var together = new float[images.Count * model.Classes];
        var alone = new float[images.Count * model.Classes];
        model.Logits(pixels, together);
        for (int i = 0; i < images.Count; i++)
            model.Logits(pixels.AsSpan(i * size, size), alone.AsSpan(i * model.Classes, model.Classes));
        float largest = together.Max(Math.Abs);
        int moved = Enumerable.Range(0, images.Count).Count(
            i => Enumerable.Range(i * model.Classes, model.Classes).Any(at => !(Math.Abs(together[at] - alone[at]) <= 1e-4f * largest)));
        if (moved > 0)
        {
            yield return new SanityFlag(
                "results move with the batch size",
                $"{Percent(moved / (double)images.Count)} of the images have other logits alone than in a batch.",
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

    private static (float[] Pixels, int[] Labels) Copy(ImageSet images)
    {
        var pixels = new float[images.Count * images.Shape.Size];
        var labels = new int[images.Count];
        images.CopyImages(0, images.Count, pixels);
        images.CopyLabels(0, images.Count, labels);
        return (pixels, labels);
    }

    private static string Percent(double share) => Show.Value(share, percent: true);
}
