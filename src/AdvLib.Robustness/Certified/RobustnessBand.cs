using System.Globalization;

namespace AdvLib;

/// <summary>
/// Robust accuracy over epsilon, as a band: what an attack leaves is its upper edge, what is proved the lower one. The truth, accuracy
/// under the best attack there can be, lies between.
/// </summary>
[TypeFormatterSource(typeof(VisualFormatters), PreferredMimeTypes = ["text/html", "image/svg+xml", "text/plain"])]
public sealed class RobustnessBand : IPicture
{
    // Of an image: at large strengths nearly all images need cases, and hardly any number helps.
    private const int Cases = 200;

    private RobustnessBand(string images, EpsilonSweep attacked, CertifiedAccuracy[] verified)
    {
        (Images, Attacked) = (images, attacked);
        Verified = verified;
    }

    /// <summary>Name of the image set.</summary>
    public string Images { get; }

    /// <summary>The upper edge: accuracy under an attack.</summary>
    public EpsilonSweep Attacked { get; }

    /// <summary>The lower edge: what is proved, one an epsilon.</summary>
    public IReadOnlyList<CertifiedAccuracy> Verified { get; }

    /// <summary>Attacks and proves at rising epsilons.</summary>
    /// <param name="model">The network.</param>
    /// <param name="images">Clean images with their true labels.</param>
    /// <param name="attack">
    /// Makes the attack of a strength, for example <c>epsilon =&gt; new Pgd(epsilon)</c>; it should keep pixels in [0, 1].
    /// </param>
    /// <param name="epsilons">The strengths, rising, in pixel units of [0, 1].</param>
    /// <returns>The band.</returns>
    /// <exception cref="ArgumentException">There is no strength, or they do not rise.</exception>
    /// <exception cref="BoundsUnavailableException">A layer of the network cannot be bounded.</exception>
    /// <exception cref="ShapeMismatchException">The images do not fit the model.</exception>
    public static RobustnessBand Of(
        INetwork model, ImageSet images, Func<float, IAttack<IDifferentiableClassifier>> attack, params IReadOnlyList<float> epsilons)
    {
        EpsilonSweep attacked = EpsilonSweep.Of(model, images, attack, epsilons);
        return new RobustnessBand(
            images.Name, attacked, [.. epsilons.Select(epsilon => CertifiedAccuracy.Of(model, images, epsilon, cases: Cases))]);
    }

    /// <summary>The band as a chart.</summary>
    /// <returns>Two lines, and the band between them.</returns>
    public LineChart Chart()
    {
        string count = Attacked.Count.ToString("N0", CultureInfo.InvariantCulture);
        double[] epsilons = [.. Attacked.Epsilons.Select(epsilon => (double)epsilon)];
        double[] proved = [.. Verified.Select(point => point.Share)];
        string title = $"Robust accuracy on {Images}, {count} images: it lies in the band";
        return new LineChart(title, "epsilon, in pixel units of [0, 1]", "accuracy") { Percent = true, YRange = (0, 1) }
            .Add($"attacked: {Attacked.Attack}", epsilons, Attacked.Accuracy, proved, Attacked.Accuracy, Attacked.Count)
            .Add("verified: no attack passes", epsilons, proved, images: Attacked.Count);
    }

    /// <inheritdoc/>
    public string ToSvg() => Chart().ToSvg();

    /// <inheritdoc/>
    public string ToHtml() => Chart().ToHtml();

    /// <summary>The numbers as plain text.</summary>
    /// <returns>A table of the points.</returns>
    public override string ToString() => Chart().ToString();
}
