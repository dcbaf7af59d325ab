using System.Globalization;

namespace AdvLib;

/// <summary>What an attack on a set of images did.</summary>
[TypeFormatterSource(typeof(VisualFormatters), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed record AttackResult : IVisual
{
    internal AttackResult(string attack, ImageSet images, ImageSet adversaries, int[] predictions, bool[] success) =>
        (Attack, Images, Adversaries, Predictions, Success) = (attack, images, adversaries, predictions, success);

    /// <summary>The attack and its settings.</summary>
    public string Attack { get; }

    /// <summary>The images as they were.</summary>
    public ImageSet Images { get; }

    /// <summary>The adversarial images, in the same order and with the same labels.</summary>
    public ImageSet Adversaries { get; }

    /// <summary>The class the model sees in each adversarial image.</summary>
    public IReadOnlyList<int> Predictions { get; }

    /// <summary>
    /// For each image whether the attack's <see cref="Goal"/> was reached: the model does not see its class any more, or sees the target.
    /// An image that was misclassified before counts as well.
    /// </summary>
    public IReadOnlyList<bool> Success { get; }

    /// <summary>Share of images on which the attack succeeded, a fraction.</summary>
    public double SuccessRate => Success.Count(success => success) / (double)Success.Count;

    /// <summary>How many gradients were computed, counted image by image; each takes a forward pass too.</summary>
    public long Gradients { get; init; }

    /// <summary>How many forward passes without a gradient were computed, counted image by image.</summary>
    public long Queries { get; init; }

    /// <summary>For an ensemble its members in order, with the number of images that stood after each; else empty.</summary>
    public IReadOnlyList<(string Attack, int Standing)> Standing { get; init; } = [];

    /// <summary>The size of each image's perturbation.</summary>
    /// <param name="norm">How it is measured.</param>
    /// <returns>One number an image, in pixel units of [0, 1].</returns>
    public IReadOnlyList<double> PerturbationNorms(Norm norm)
    {
        var clean = new float[Images.Shape.Size];
        var adversary = new float[Images.Shape.Size];
        var norms = new double[Images.Count];
        for (int i = 0; i < norms.Length; i++)
        {
            Images.CopyImages(i, 1, clean);
            Adversaries.CopyImages(i, 1, adversary);
            norms[i] = norm.Distance(clean, adversary);
        }

        return norms;
    }

    /// <inheritdoc/>
    public string ToHtml() => Table().ToHtml();

    /// <summary>Success rate, sizes of the perturbations and cost.</summary>
    /// <returns>A table.</returns>
    public override string ToString() => Table().ToString();

    private TableView Table()
    {
        string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
        TableView table = new TableView($"{Attack} on {Images.Name}", "what", "value")
            .Row("images", Number(Images.Count, "N0"))
            .Row("success", Number(100 * SuccessRate, "0.00") + "%")
            .Row("largest L-inf norm", Number(PerturbationNorms(Norm.Linf).Max(), "0.0000"))
            .Row("mean L2 norm", Number(PerturbationNorms(Norm.L2).Average(), "0.0000"))
            .Row("gradients an image", Number(Gradients / (double)Images.Count, "0.0"))
            .Row("queries an image", Number(Queries / (double)Images.Count, "0.0"));
        foreach ((string attack, int standing) in Standing)
            table = table.Row($"standing after {attack}", Number(standing, "N0"));
        return table;
    }
}
