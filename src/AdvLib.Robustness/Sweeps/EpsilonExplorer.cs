namespace AdvLib;

/// <summary>
/// A few images attacked from weak to strong, to be looked at: a slider over epsilon shows the adversary, the perturbation and each
/// model's class probabilities. Both models are attacked afresh, each through its own gradient. Everything is computed beforehand and is
/// in the one HTML fragment; where scripts are stripped it shows a table of all adversaries instead.
/// </summary>
/// <example><code>
/// EpsilonExplorer.Create(baseline, mixed, data.Test.Take(6))
/// </code></example>
[TypeFormatterSource(typeof(VisualFormatters))]
public sealed class EpsilonExplorer : IVisual
{
    /// <summary>Most images of an explorer: the fragment holds every picture, and should stay a few hundred kilobytes.</summary>
    public const int MostImages = 12;

    private readonly ExplorerFragment _fragment;

    private EpsilonExplorer(ExplorerFragment fragment) => _fragment = fragment;

    /// <summary>The attack's strengths, rising.</summary>
    public IReadOnlyList<float> Epsilons => _fragment.Epsilons;

    /// <summary>Attacks a few images through both models at every epsilon.</summary>
    /// <param name="baseline">The model before its repair.</param>
    /// <param name="defended">The model after it.</param>
    /// <param name="images">The clean images with their true labels, 1 to <see cref="MostImages"/>; grey or colour.</param>
    /// <param name="epsilons">The strengths, rising, in pixel units of [0, 1]; eleven from 0 to 0.3 when left out.</param>
    /// <param name="attack">Makes the attack of a strength; FGSM as the recipe has it when left out.</param>
    /// <returns>The explorer.</returns>
    /// <exception cref="ArgumentException">No epsilon, epsilons that do not rise, no image or too many.</exception>
    /// <exception cref="ShapeMismatchException">The images do not fit a model, or are neither grey nor red, green and blue.</exception>
    public static EpsilonExplorer Create(IDifferentiableClassifier baseline, IDifferentiableClassifier defended, ImageSet images,
        IReadOnlyList<float>? epsilons = null, Func<float, IAttack<IDifferentiableClassifier>>? attack = null)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        ArgumentNullException.ThrowIfNull(defended);
        ArgumentNullException.ThrowIfNull(images);
        epsilons ??= [0, 0.01f, 0.02f, 0.03f, 0.05f, 0.075f, 0.1f, 0.15f, 0.2f, 0.25f, 0.3f];
        attack ??= epsilon => new Fgsm(epsilon);
        EpsilonSweep.CheckRising(epsilons);
        if (images.Count is < 1 or > MostImages)
            throw new ArgumentException($"An explorer wants 1 to {MostImages} images, not {images.Count}: take a few.", nameof(images));
        if (images.Shape.Channels is not (1 or 3))
            throw new ShapeMismatchException(
                $"Images of shape {images.Shape}.", "1 channel (grey) or 3 (red, green, blue).", "Explore images that can be shown.");

        using Work work = Work.Begin(
            "epsilon explorer", 2 * epsilons.Sum(epsilon => images.Count * (attack(epsilon).Passes(baseline.Classes) + 1)));
        ExplorerFrame[][][] frames =
            [.. ((IDifferentiableClassifier[])[baseline, defended]).Select(model => Attack(model, images, epsilons, attack))];
        ExplorerDigit[] digits = [.. Enumerable.Range(0, images.Count).Select(i =>
            new ExplorerDigit(
                images.Label(i), Pixels(images)[i], [.. frames.Select(ofModel => ofModel.Select(ofEpsilon => ofEpsilon[i]).ToArray())]))];
        return new EpsilonExplorer(
            new ExplorerFragment($"What epsilon does to {images.Count} images of {images.Name}", attack(epsilons[^1]).Name,
            images.Shape, ["baseline", "defended"], [.. epsilons], digits));
    }

    /// <summary>The explorer: a table of pictures, a script that turns it into a slider, and their style. No network, no ids.</summary>
    /// <returns>The fragment.</returns>
    public string ToHtml() => _fragment.ToHtml();

    /// <summary>The predictions as plain text.</summary>
    /// <returns>A table with a row a digit and model, a column an epsilon.</returns>
    public override string ToString() => _fragment.Table().ToString();

    // By epsilon and image.
    private static ExplorerFrame[][] Attack(IDifferentiableClassifier model, ImageSet images, IReadOnlyList<float> epsilons,
        Func<float, IAttack<IDifferentiableClassifier>> attack) =>
        [.. epsilons.Select(epsilon =>
        {
            float[][] adversaries = Pixels(attack(epsilon).Perturb(model, images));
            return adversaries.Select(adversary => new ExplorerFrame(adversary, model.Predict(adversary))).ToArray();
        })];

    private static float[][] Pixels(ImageSet images)
    {
        var pixels = new float[images.Count * images.Shape.Size];
        images.CopyImages(0, images.Count, pixels);
        return [.. pixels.Chunk(images.Shape.Size)];
    }
}
