using System.Globalization;

namespace AdvLib;

/// <summary>Loss and accuracy of a model on an image set, in inference mode.</summary>
[TypeFormatterSource(typeof(VisualFormatters), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class Evaluation : IVisual
{
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
    public IReadOnlyList<int> ClassCounts =>
        [.. Enumerable.Range(0, Classes).Select(c => Enumerable.Range(0, Classes).Sum(p => _confusion[c, p]))];

    /// <summary>Evaluates a model on a set of images.</summary>
    /// <param name="model">The model.</param>
    /// <param name="images">The images.</param>
    /// <param name="kind">What kind of images they are.</param>
    /// <returns>The evaluation.</returns>
    /// <exception cref="ShapeMismatchException">The images do not fit the model.</exception>
    /// <exception cref="NumericalFaultException">The model answers an image with NaN or infinity.</exception>
    public static Evaluation Of(IClassifier model, ImageSet images, EvaluationKind kind = EvaluationKind.Clean)
    {
        ArgumentNullException.ThrowIfNull(images);
        return Run(ImagePass.Of(model), images, images.Name, model.Classes, kind);
    }

    /// <summary>
    /// Attacks every image of a set through the model itself, and evaluates the model on the adversaries, without keeping them. The
    /// accuracy is against the true classes, whatever the attack's goal.
    /// </summary>
    /// <typeparam name="TModel">What the attack needs of a model.</typeparam>
    /// <param name="attack">The attack.</param>
    /// <param name="model">The model, attacked and evaluated.</param>
    /// <param name="images">The clean images.</param>
    /// <param name="kind">What kind of images the adversaries are.</param>
    /// <param name="quantize">
    /// Whether the adversaries are rounded to the 256 levels of a picture before the model sees them, each pixel towards the clean one, so
    /// that epsilon holds (<see cref="ImageSet.Quantize"/>): what is left of the attack once its images are saved. They are kept for that.
    /// </param>
    /// <returns>The evaluation.</returns>
    /// <exception cref="ShapeMismatchException">The images do not fit the model.</exception>
    /// <exception cref="ImageSetException">The images' pixels are of another scale than the attack's epsilon and clip.</exception>
    /// <exception cref="NumericalFaultException">The model answers an image, or the attack, with NaN or infinity.</exception>
    public static Evaluation Under<TModel>(
        IAttack<TModel> attack, TModel model, ImageSet images, EvaluationKind kind = EvaluationKind.Fresh, bool quantize = false)
        where TModel : class, IClassifier
    {
        ArgumentNullException.ThrowIfNull(attack);
        ArgumentNullException.ThrowIfNull(images);
        if (quantize)
            return Of(model, attack.Perturb(model, images).Quantize(images), kind);
        return Run(ImagePass.Under(attack, model), images, $"{images.Name}, {attack.Name}", model.Classes, kind);
    }

    /// <summary>Sums up what a model made of images one by one, in their order.</summary>
    /// <param name="images">Name of the image set.</param>
    /// <param name="kind">What kind of images they are.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="answers">An answer an image; at least one, of labels and predictions below <paramref name="classes"/>.</param>
    /// <returns>The evaluation.</returns>
    /// <exception cref="ArgumentException">There is no answer.</exception>
    public static Evaluation Of(string images, EvaluationKind kind, int classes, IEnumerable<ImageAnswer> answers)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(answers);
        var sums = new Sums(classes);
        foreach (ImageAnswer answer in answers)
            sums.Add(answer);
        return sums.Count > 0 ? sums.ToEvaluation(images, kind)
            : throw new ArgumentException("No answer. Expected: those to at least one image.", nameof(answers));
    }

    private static Evaluation Run(ImagePass pass, ImageSet images, string name, int classes, EvaluationKind kind)
    {
        var sums = new Sums(classes);
        ImageAnswer.Each(pass, images, classes, sums.Add);
        return sums.ToEvaluation(name, kind);
    }

    /// <summary>Accuracy of each class that has images.</summary>
    /// <returns>The chart.</returns>
    public BarChart ClassChart()
    {
        int[] classes = [.. Enumerable.Range(0, Classes).Where(c => ClassCounts[c] > 0)];
        IEnumerable<string> names = classes.Select(c => c.ToString(CultureInfo.InvariantCulture));
        return new BarChart($"Accuracy of each class: {Images}", names, "accuracy") { Percent = true }
            .Add(Kind.ToString().ToLowerInvariant(), classes.Select(c => ClassAccuracy[c]), classes.Select(c => ClassCounts[c]));
    }

    /// <inheritdoc/>
    public string ToHtml() => Table().ToHtml();

    /// <summary>Kind, accuracy, loss and count.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => FormattableString.Invariant(
        $"{Kind.ToString().ToLowerInvariant()}: accuracy {100 * Accuracy:0.00}%, loss {Loss:0.0000}, {Count} images ({Images})");

    private TableView Table() => new TableView($"{Kind}: {Images}", "accuracy", "loss", "images") { Align = "rrr" }
        .Row(FormattableString.Invariant($"{100 * Accuracy:0.00}%"), FormattableString.Invariant($"{Loss:0.0000}"),
            FormattableString.Invariant($"{Count}"));

    private sealed class Sums(int classes)
    {
        private readonly int[,] _confusion = new int[classes, classes];
        private double _loss;
        private double _confidence;

        public int Count { get; private set; }

        public void Add(ImageAnswer answer)
        {
            _confusion[answer.Label, answer.Predicted]++;
            _loss += answer.Loss;
            _confidence += answer.Confidence;
            Count++;
        }

        public Evaluation ToEvaluation(string images, EvaluationKind kind) =>
            new(images, kind, _loss / Count, _confidence / Count, _confusion);
    }
}
