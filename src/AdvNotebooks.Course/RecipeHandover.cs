namespace AdvLib;

/// <summary>How the recipe's parts hand over to what comes after them: weights into files, numbers into the record. The notebooks and <c>advnb train</c> use the same.</summary>
public static class RecipeHandover
{
    private const string Baseline = "baseline", Mixed = "mixed";

    /// <summary>Hands over the network that was trained in the ordinary way: its weights as <c>baseline.safetensors</c>, its number as <c>clean_before</c>.</summary>
    /// <param name="card">The run's record, which is saved.</param>
    /// <param name="baseline">The network.</param>
    /// <param name="clean">Measured on the test images as they are.</param>
    /// <returns>The record.</returns>
    public static RunCard HandOverBaseline(this RunCard card, IClassifier baseline, Evaluation clean)
    {
        ArgumentNullException.ThrowIfNull(card);
        return card.Keep(Baseline, baseline).Record("clean_before", clean, baseline).Save();
    }

    /// <summary>Hands over how the attack broke the baseline, as <c>fgsm_before</c>.</summary>
    /// <param name="card">The run's record, which is saved.</param>
    /// <param name="baseline">The network that was attacked.</param>
    /// <param name="epsilon">Largest change of a pixel, in pixel units of [0, 1].</param>
    /// <param name="broken">Measured under the attack on it.</param>
    /// <returns>The record.</returns>
    public static RunCard HandOverAttack(this RunCard card, IClassifier baseline, float epsilon, Evaluation broken)
    {
        ArgumentNullException.ThrowIfNull(card);
        return card.Record("fgsm_before", broken, baseline, epsilon).Save();
    }

    /// <summary>
    /// Hands over the repaired network: its weights as <c>mixed.safetensors</c>, its numbers as <c>clean_after</c>, <c>stale_after</c> and
    /// <c>fresh_after</c>; and <c>fgsm_before</c> once more, since the numbers after belong beside that of the same attack before.
    /// </summary>
    /// <param name="card">The run's record, which is saved.</param>
    /// <param name="baseline">The network from before the repair.</param>
    /// <param name="mixed">The repaired network.</param>
    /// <param name="epsilon">The attack's largest change of a pixel, in pixel units of [0, 1].</param>
    /// <param name="broken">The baseline under the attack on it.</param>
    /// <param name="clean">The repaired network on the test images as they are.</param>
    /// <param name="stale">The repaired network on the images that broke the baseline.</param>
    /// <param name="fresh">The repaired network under the attack on it.</param>
    /// <returns>The record.</returns>
    public static RunCard HandOverRepair(
        this RunCard card, IClassifier baseline, IClassifier mixed, float epsilon, Evaluation broken, Evaluation clean, Evaluation stale, Evaluation fresh)
    {
        ArgumentNullException.ThrowIfNull(card);
        return card.Keep(Mixed, mixed, trainedFrom: baseline)
            .Record("fgsm_before", broken, baseline, epsilon)
            .Record("clean_after", clean, mixed)
            .Record("stale_after", stale, mixed, epsilon, madeFrom: baseline)
            .Record("fresh_after", fresh, mixed, epsilon)
            .Save();
    }
}
