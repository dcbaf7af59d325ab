using AdvLib.Numerics;

namespace AdvLib;

/// <summary>
/// The images that an attack has not fooled yet, and what was found for each so far. An iterated attack fills a row for each standing
/// image, asks the model about all rows at once, and offers it what it found; images that are fooled leave.
/// </summary>
internal sealed class StandingImages
{
    /// <summary>Images that such an attack is best given at a time: the more, the fuller its batches when few are left.</summary>
    public const int BatchSize = 2000;

    // What a stack has room for.
    private const int FewClasses = 128;

    private readonly IClassifier _model;
    private readonly WorstFound _found;
    private readonly float[] _images;
    private readonly int[] _labels;
    private readonly float[] _clean;
    private readonly float[] _rows;
    private readonly float[] _gradients;
    private readonly float[] _logits;
    private readonly int[] _rowLabels;
    private readonly float[] _values;
    private readonly float[] _ignored;

    private StandingImages(IClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels)
    {
        _model = model;
        _found = new WorstFound(images, labels.Length);
        _images = images.ToArray();
        _labels = labels.ToArray();
        _rows = images.ToArray();
        _gradients = new float[images.Length];
        _logits = new float[labels.Length * model.Classes];
        _rowLabels = new int[labels.Length];
        _values = new float[labels.Length];
        _ignored = new float[model.Classes];
        Ask();
        _clean = [.. _logits];
        Each(Offer);
        Leave();
    }

    /// <summary>Number of images, standing or not: arrays of an attack are this long.</summary>
    public int Total => _labels.Length;

    /// <summary>Pixels of an image.</summary>
    public int Size => _model.InputShape.Size;

    /// <summary>Pixels of all images.</summary>
    public int Pixels => _images.Length;

    /// <summary>Shape of an image.</summary>
    public Shape Shape => _model.InputShape;

    /// <summary>Number of classes.</summary>
    public int Classes => _model.Classes;

    /// <summary>The images still standing, in order; row k belongs to image <c>Standing[k]</c>.</summary>
    public ReadOnlySpan<int> Standing => _found.Standing;

    /// <summary>
    /// Runs an attack round by round, as long as an image stands. The adversaries are each image's worst case, by its margin.
    /// </summary>
    public static void Attack(
        IClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<float> adversaries, int rounds,
        Action<StandingImages, int> round)
    {
        AttackGuard.Call(model, images, labels, adversaries);
        var standing = new StandingImages(model, images, labels);
        for (int i = 0; i < rounds && standing.Standing.Length > 0; i++)
            round(standing, i);
        standing._found.Adversaries.CopyTo(adversaries);
    }

    /// <summary>An image as it was.</summary>
    public ReadOnlySpan<float> Clean(int image) => _images.AsSpan(image * Size, Size);

    /// <summary>A copy of all images as they were.</summary>
    public float[] CleanCopy() => [.. _images];

    /// <summary>The row that belongs to the k-th standing image.</summary>
    public Span<float> Row(int k) => _rows.AsSpan(k * Size, Size);

    /// <summary>The gradient of the k-th row, after <see cref="Differentiate"/>.</summary>
    public ReadOnlySpan<float> Gradient(int k) => _gradients.AsSpan(k * Size, Size);

    /// <summary>The loss of the k-th row, after <see cref="Differentiate"/>.</summary>
    public float Value(int k) => _values[k];

    /// <summary>The k-th row's best other logit above its label's, after the model was asked.</summary>
    public float Margin(int k)
    {
        Span<float> ignored = Classes <= FewClasses ? stackalloc float[FewClasses] : new float[Classes];
        return Loss.CwMargin.Evaluate(Logits(k), _labels[Standing[k]], ignored[..Classes]);
    }

    /// <summary>Whether the model misclassifies the k-th row, after it was asked.</summary>
    public bool Fools(int k) => Logits(k).IndexOfMax() != _labels[Standing[k]];

    /// <summary>
    /// The class at a place of the falling order of each image's clean logits, whose place 0 has the label of an image that stands.
    /// </summary>
    public int[] CleanRank(int place)
    {
        var classes = new int[Total];
        Span<int> top = new int[place + 1];
        for (int i = 0; i < Total; i++)
        {
            ((ReadOnlySpan<float>)_clean.AsSpan(i * Classes, Classes)).FindTop(top);
            classes[i] = top[place];
        }

        return classes;
    }

    /// <summary>
    /// Does something for every place k of <see cref="Standing"/>, on as many threads as the model has; it must touch nothing but that
    /// image's own, of which <see cref="Offer"/> is.
    /// </summary>
    public void Each(Action<int> job)
    {
        ThreadTeam.Of(_model.Threads).Run(Standing.Length, (from, to) =>
        {
            for (int k = from; k < to; k++)
                job(k);
        });
    }

    /// <summary>The model's logits of all rows.</summary>
    /// <exception cref="NumericalFaultException">The model answers an image with NaN or infinity.</exception>
    public void Ask()
    {
        Span<float> logits = _logits.AsSpan(0, Standing.Length * Classes);
        _model.Logits(_rows.AsSpan(0, Standing.Length * Size), logits);
        _found.CheckAnswer(logits, "the logits");
    }

    /// <summary>As <see cref="Ask()"/>, of rows that changed in a window each.</summary>
    /// <param name="inference">Has the rows as they were.</param>
    /// <param name="windows">Where each may differ from that.</param>
    /// <exception cref="NumericalFaultException">The model answers an image with NaN or infinity.</exception>
    public void Ask(IIncrementalInference inference, ReadOnlySpan<PixelWindow> windows)
    {
        Span<float> logits = _logits.AsSpan(0, Standing.Length * Classes);
        inference.Logits(_rows.AsSpan(0, Standing.Length * Size), windows, logits);
        _found.CheckAnswer(logits, "the logits");
    }

    /// <summary>Gives all rows to what will be asked about their changes.</summary>
    public void Begin(IIncrementalInference inference) => inference.Begin(_rows.AsSpan(0, Standing.Length * Size));

    /// <summary>Losses, gradients and logits of all rows.</summary>
    /// <param name="model">The model, which has gradients.</param>
    /// <param name="loss">A loss for all images, standing or not.</param>
    public void Differentiate(IDifferentiableClassifier model, Loss loss)
    {
        int count = Standing.Length;
        Loss mine = loss.Select(Standing);
        for (int k = 0; k < count; k++)
            _rowLabels[k] = _labels[Standing[k]];
        ReadOnlySpan<int> labels = _rowLabels.AsSpan(0, count);
        Span<float> gradients = _gradients.AsSpan(0, count * Size);
        Span<float> logits = _logits.AsSpan(0, count * Classes);
        model.InputGradient(_rows.AsSpan(0, count * Size), labels, mine, gradients, logits);
        _found.CheckAnswer(logits, "the logits");
        _found.CheckAnswer(gradients, "the gradient");
        for (int k = 0; k < count; k++)
            _values[k] = mine.EvaluateAt(k, Logits(k), labels[k], _ignored);
    }

    /// <summary>
    /// Notes the k-th row, about which the model was asked, if it is the image's worst case so far. It must be an allowed adversary.
    /// </summary>
    public void Offer(int k) => _found.Offer(k, Row(k), Margin(k), Fools(k));

    /// <summary>Lets those leave that are fooled. Rows change their places.</summary>
    /// <returns>The places of those that stay among those that stood; empty where all stay.</returns>
    public int[] Leave()
    {
        ReadOnlySpan<int> before = Standing;
        _found.Leave();
        if (Standing.Length == before.Length)
            return [];
        var places = new int[Standing.Length];
        for (int k = 0, place = 0; k < places.Length; k++, place++)
        {
            while (before[place] != Standing[k])
                place++;
            places[k] = place;
        }

        return places;
    }

    private ReadOnlySpan<float> Logits(int k) => _logits.AsSpan(k * Classes, Classes);
}
