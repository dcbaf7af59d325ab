namespace AdvLib;

/// <summary>
/// How the recipe's parts hand over to what comes after them: weights into files, numbers into the record. They are measured here, so that
/// none is recorded with weights or an epsilon that it was not measured on. The notebooks and <c>advnb train</c> use the same.
/// </summary>
public static class RecipeHandover
{
    private const string Baseline = "baseline", Mixed = "mixed";

    /// <summary>
    /// Hands over the ordinarily trained network: its weights as <c>baseline.safetensors</c>, its number as <c>clean_before</c>.
    /// </summary>
    /// <param name="card">The run's record, which is saved.</param>
    /// <param name="baseline">The network.</param>
    /// <param name="test">The test images as they are.</param>
    /// <returns>The record.</returns>
    public static RunCard HandOverBaseline(this RunCard card, ITrainableClassifier baseline, ImageSet test)
    {
        ArgumentNullException.ThrowIfNull(card);
        return card.Keep(Baseline, baseline).Record("clean_before", Evaluation.Of(baseline, test), baseline).Save();
    }

    /// <summary>Hands over how the recipe's attack breaks the baseline, as <c>fgsm_before</c>.</summary>
    /// <param name="card">The run's record, which is saved.</param>
    /// <param name="baseline">The network, attacked through its own gradient.</param>
    /// <param name="epsilon">Largest change of a pixel, in pixel units of [0, 1].</param>
    /// <param name="test">The test images as they are.</param>
    /// <returns>The record.</returns>
    public static RunCard HandOverAttack(this RunCard card, ITrainableClassifier baseline, float epsilon, ImageSet test)
    {
        ArgumentNullException.ThrowIfNull(card);
        return card.Record("fgsm_before", Evaluation.Under(new Fgsm(epsilon), baseline, test), baseline, epsilon).Save();
    }

    /// <summary>
    /// Hands over the repaired network: its weights as <c>mixed.safetensors</c>, its numbers as <c>clean_after</c>, <c>stale_after</c> and
    /// <c>fresh_after</c>; and <c>fgsm_before</c> once more, since the numbers after belong beside that of the same attack before.
    /// </summary>
    /// <param name="card">The run's record, which is saved.</param>
    /// <param name="baseline">The network from before the repair; the stale images are made from it.</param>
    /// <param name="mixed">The repaired network.</param>
    /// <param name="epsilon">The attack's largest change of a pixel, in pixel units of [0, 1].</param>
    /// <param name="test">The test images as they are.</param>
    /// <returns>The record.</returns>
    public static RunCard HandOverRepair(
        this RunCard card, ITrainableClassifier baseline, ITrainableClassifier mixed, float epsilon, ImageSet test)
    {
        ArgumentNullException.ThrowIfNull(card);
        var attack = new Fgsm(epsilon);
        ImageSet stale = attack.Perturb(baseline, test);
        return card.Keep(Mixed, mixed, trainedFrom: baseline)
            .Record("fgsm_before", Evaluation.Of(baseline, stale, EvaluationKind.Fresh), baseline, epsilon)
            .Record("clean_after", Evaluation.Of(mixed, test), mixed)
            .Record("stale_after", Evaluation.Of(mixed, stale, EvaluationKind.Stale), mixed, epsilon, madeFrom: baseline)
            .Record("fresh_after", Evaluation.Under(attack, mixed, test), mixed, epsilon)
            .Save();
    }
}
