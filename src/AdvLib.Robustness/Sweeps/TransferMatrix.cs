namespace AdvLib;

/// <summary>Accuracy of every model on adversarial images made from every model: on the diagonal fresh, elsewhere transferred.</summary>
[TypeFormatterSource(typeof(VisualFormatters), PreferredMimeTypes = ["text/html", "image/svg+xml", "text/plain"])]
public sealed class TransferMatrix : IPicture
{
    private readonly Evaluation[,] _evaluations;
    private readonly string _title;

    private TransferMatrix(string title, string[] models, Evaluation[,] evaluations)
    {
        (_title, Models, _evaluations) = (title, models, evaluations);
    }

    /// <summary>The models' names.</summary>
    public IReadOnlyList<string> Models { get; }

    /// <summary>One model on images made from another, or from itself.</summary>
    /// <param name="from">Place of the model the images were made from.</param>
    /// <param name="on">Place of the model they were shown to.</param>
    /// <returns>What was measured.</returns>
    public Evaluation this[int from, int on] => _evaluations[from, on];

    /// <summary>Attacks every model once, and shows each the images of all.</summary>
    /// <param name="attack">The attack.</param>
    /// <param name="images">Clean images with their true labels.</param>
    /// <param name="models">The models with their names, at least one.</param>
    /// <returns>The matrix.</returns>
    /// <exception cref="ArgumentException">There is no model.</exception>
    /// <exception cref="ShapeMismatchException">The images do not fit a model.</exception>
    public static TransferMatrix Of(IAttack<IDifferentiableClassifier> attack, ImageSet images,
        params IReadOnlyList<(string Name, IDifferentiableClassifier Model)> models)
    {
        ArgumentNullException.ThrowIfNull(attack);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(models);
        if (models.Count == 0)
            throw new ArgumentException("A transfer matrix wants at least one model.", nameof(models));
        var evaluations = new Evaluation[models.Count, models.Count];
        using Work work = Work.Begin(
            $"transfer among {models.Count} models", (double)images.Count * models.Count * (attack.Passes(images.Classes) + models.Count));
        for (int from = 0; from < models.Count; from++)
        {
            ImageSet adversaries = attack.Perturb(models[from].Model, images);
            for (int on = 0; on < models.Count; on++)
                evaluations[from, on] = Evaluation.Of(
                    models[on].Model, adversaries, from == on ? EvaluationKind.Fresh : EvaluationKind.Transfer);
        }

        return new TransferMatrix(
            $"Accuracy under {attack.Name}, {images.Count} images", [.. models.Select(model => model.Name)], evaluations);
    }

    /// <summary>The accuracies as a heatmap.</summary>
    /// <returns>The picture.</returns>
    public Heatmap Chart()
    {
        var accuracy = new double[Models.Count, Models.Count];
        for (int i = 0; i < accuracy.Length; i++)
            accuracy[i / Models.Count, i % Models.Count] = _evaluations[i / Models.Count, i % Models.Count].Accuracy;
        return new Heatmap(_title, "images made from", "shown to", Models, Models, accuracy) { Percent = true };
    }

    /// <inheritdoc/>
    public string ToSvg() => Chart().ToSvg();

    /// <inheritdoc/>
    public string ToHtml() => Chart().ToHtml();

    /// <summary>The accuracies as plain text.</summary>
    /// <returns>A table.</returns>
    public override string ToString() => Chart().ToString();
}
