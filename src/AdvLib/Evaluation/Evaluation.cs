using System.Globalization;

namespace AdvLib;

/// <summary>Loss and accuracy of a model on an image set, in inference mode.</summary>
[TypeFormatterSource(typeof(VisualFormatters), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class Evaluation : IVisual
{
    // Bounds the scratch memory; results do not depend on it.
    private const int Chunk = 500;

    private readonly int[,] _confusion;

    private Evaluation(string images, EvaluationKind kind, double loss, double confidence, int[,] confusion)
    {
        Images = images;
        Kind = kind;
        Loss = loss;
        MeanConfidence = confidence;
        _confusion = confusion;
        Count = confusion.Cast<int>().Sum();
        Correct = Enumerable.Range(0, Classes).Sum(c => confusion[c, c]);
    }

    /// <summary>Name of the image set.</summary>
    public string Images { get; }

    /// <summary>What kind of images they are.</summary>
    public EvaluationKind Kind { get; }

    /// <summary>Mean categorical cross-entropy.</summary>
    public double Loss { get; }

    /// <summary>Mean probability of the class that was predicted, right or wrong.</summary>
    public double MeanConfidence { get; }

    /// <summary>Share of images classified correctly, a fraction.</summary>
    public double Accuracy => Correct / (double)Count;

    /// <summary>The 95% interval of the accuracy.</summary>
    public ConfidenceInterval Interval => ConfidenceInterval.Of(Correct, Count);

    /// <summary>Number of images.</summary>
    public int Count { get; }

    /// <summary>Number of images classified correctly.</summary>
    public int Correct { get; }

    /// <summary>Number of classes.</summary>
    public int Classes => _confusion.GetLength(0);

    /// <summary>Images by true class (row) and predicted class (column); a copy.</summary>
    public int[,] Confusion => (int[,])_confusion.Clone();

    /// <summary>Accuracy of each class, a fraction; NaN for a class without images.</summary>
    public IReadOnlyList<double> ClassAccuracy =>
        [.. ClassCounts.Select((count, c) => _confusion[c, c] / (double)count)];

    /// <summary>Number of images of each true class.</summary>
    public IReadOnlyList<int> ClassCounts => [.. Enumerable.Range(0, Classes).Select(c => Enumerable.Range(0, Classes).Sum(p => _confusion[c, p]))];

    /// <summary>Evaluates a model on a set of images.</summary>
    /// <param name="model">The model.</param>
    /// <param name="images">The images.</param>
    /// <param name="kind">What kind of images they are.</param>
    /// <returns>The evaluation.</returns>
    /// <exception cref="ShapeMismatchException">The images do not fit the model.</exception>
    public static Evaluation Of(IClassifier model, ImageSet images, EvaluationKind kind = EvaluationKind.Clean) => Run(model, images, attack: null, kind);

    /// <summary>Attacks every image of a set through the model itself, and evaluates the model on the adversaries, without keeping them.</summary>
    /// <param name="attack">The attack.</param>
    /// <param name="model">The model, attacked and evaluated.</param>
    /// <param name="images">The clean images.</param>
    /// <param name="kind">What kind of images the adversaries are.</param>
    /// <returns>The evaluation.</returns>
    /// <exception cref="ShapeMismatchException">The images do not fit the model.</exception>
    public static Evaluation Under(IAttack attack, IClassifier model, ImageSet images, EvaluationKind kind = EvaluationKind.Fresh)
    {
        ArgumentNullException.ThrowIfNull(attack);
        return Run(model, images, attack, kind);
    }

    private static Evaluation Run(IClassifier model, ImageSet images, IAttack? attack, EvaluationKind kind)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(images);
        ModelFit.Check(model, images);
        model = new CountingClassifier(model);
        using Work work = Work.Begin(attack?.Name ?? $"evaluation on {images.Name}", images.Count * (1 + (attack is null ? 0 : AttackCost.Passes(attack, model.Classes))));
        int chunk = Math.Min(Chunk, images.Count);
        int size = images.Shape.Size;
        var pixels = new float[chunk * size];
        float[] adversaries = attack is null ? pixels : new float[chunk * size];
        var labels = new int[chunk];
        var logits = new float[chunk * model.Classes];
        var confusion = new int[model.Classes, model.Classes];
        Span<float> gradient = new float[model.Classes];
        double loss = 0;
        double confidence = 0;
        for (int start = 0; start < images.Count; start += chunk)
        {
            int count = Math.Min(chunk, images.Count - start);
            images.CopyImages(start, count, pixels);
            images.CopyLabels(start, count, labels);
            attack?.Perturb(model, pixels.AsSpan(0, count * size), labels.AsSpan(0, count), adversaries.AsSpan(0, count * size));
            model.Logits(adversaries.AsSpan(0, count * size), logits.AsSpan(0, count * model.Classes));
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<float> row = logits.AsSpan(i * model.Classes, model.Classes);
                loss += AdvLib.Loss.CrossEntropy.Evaluate(row, labels[i], gradient);
                int predicted = row.IndexOfMax();
                SoftmaxFunction.Apply(row, gradient);
                confidence += gradient[predicted];
                confusion[labels[i], predicted]++;
            }
        }

        return new Evaluation(attack is null ? images.Name : $"{images.Name}, {attack.Name}", kind, loss / images.Count, confidence / images.Count, confusion);
    }

    /// <summary>Accuracy of each class that has images.</summary>
    /// <returns>The chart.</returns>
    public BarChart ClassChart()
    {
        int[] classes = [.. Enumerable.Range(0, Classes).Where(c => ClassCounts[c] > 0)];
        return new BarChart($"Accuracy of each class: {Images}", classes.Select(c => c.ToString(CultureInfo.InvariantCulture)), "accuracy") { Percent = true }
            .Add(Kind.ToString().ToLowerInvariant(), classes.Select(c => ClassAccuracy[c]), classes.Select(c => ClassCounts[c]));
    }

    /// <inheritdoc/>
    public string ToHtml() => Table().ToHtml();

    /// <summary>Kind, accuracy, loss and count.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => FormattableString.Invariant($"{Kind.ToString().ToLowerInvariant()}: accuracy {100 * Accuracy:0.00}%, loss {Loss:0.0000}, {Count} images ({Images})");

    private TableView Table() => new TableView($"{Kind}: {Images}", "accuracy", "loss", "images") { Align = "rrr" }
        .Row(FormattableString.Invariant($"{100 * Accuracy:0.00}%"), FormattableString.Invariant($"{Loss:0.0000}"), FormattableString.Invariant($"{Count}"));
}
