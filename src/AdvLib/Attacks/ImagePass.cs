namespace AdvLib;

/// <summary>
/// Takes a set of images through a model piece by piece: each piece is attacked first, where there is an attack, and then classified. It
/// counts what the attack asks of the model, and tells who watches how far it is.
/// </summary>
public sealed class ImagePass
{
    // Bounds the scratch memory where there is no attack that knows better; results do not depend on it.
    private const int Piece = 500;

    private readonly IClassifier _model;
    private readonly CountingClassifier _counter;
    private readonly string? _attack;
    private readonly double _passes;
    private readonly int _piece;
    private readonly AttackPiece? _perturb;

    private ImagePass(IClassifier model, CountingClassifier counter, string? attack, double passes, int piece, AttackPiece? perturb)
    {
        (_model, _counter, _attack, _passes, _piece, _perturb) = (model, counter, attack, passes, piece, perturb);
    }

    // Refuses images of another scale than the attack's.
    private Action<ImageSet>? Admit { get; init; }

    private delegate void AttackPiece(
        ReadOnlySpan<int> places, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<float> adversaries);

    /// <summary>Gradients that the attack took so far, counted image by image; each takes a forward pass too.</summary>
    public long Gradients => _counter.Gradients;

    /// <summary>Forward passes without a gradient that the attack took so far, counted image by image.</summary>
    public long Queries => _counter.Queries;

    /// <summary>A pass of images as they are.</summary>
    /// <param name="model">The model.</param>
    /// <returns>The pass.</returns>
    public static ImagePass Of(IClassifier model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new(model, new CountingClassifier(model), null, 0, Piece, null);
    }

    /// <summary>A pass of images that are attacked through the model itself.</summary>
    /// <typeparam name="TModel">What the attack needs of a model.</typeparam>
    /// <param name="attack">The attack.</param>
    /// <param name="model">The model, attacked and asked.</param>
    /// <returns>The pass.</returns>
    public static ImagePass Under<TModel>(IAttack<TModel> attack, TModel model)
        where TModel : class, IClassifier
    {
        ArgumentNullException.ThrowIfNull(attack);
        ArgumentNullException.ThrowIfNull(model);
        var asked = new CountingClassifier(model);
        ImagePass Attacked(CountingClassifier counter, AttackPiece perturb) =>
            new(model, counter, attack.Name, attack.Passes(model.Classes), attack.BatchSize, perturb) { Admit = attack.RequireScale };
        if (attack is IAttack<IClassifier> blackBox)
        {
            return Attacked(asked, (places, images, labels, adversaries) =>
                blackBox.Select(places).Perturb(asked, images, labels, adversaries));
        }

        if (attack is IAttack<IDifferentiableClassifier> whiteBox && model is IDifferentiableClassifier differentiable)
        {
            var differentiated = new CountingDifferentiableClassifier(differentiable);
            return Attacked(differentiated, (places, images, labels, adversaries) =>
                whiteBox.Select(places).Perturb(differentiated, images, labels, adversaries));
        }

        // An attack on a kind of model of its own sees that model itself, uncounted.
        return Attacked(asked, (places, images, labels, adversaries) => attack.Select(places).Perturb(model, images, labels, adversaries));
    }

    /// <summary>What the pass costs at most, in images that go forwards through the network.</summary>
    /// <param name="images">Number of images.</param>
    /// <returns>The passes, for <see cref="Work.Begin"/>.</returns>
    public double Passes(int images) => images * (_passes + 1);

    /// <summary>Takes all images of a set.</summary>
    /// <param name="images">The images.</param>
    /// <param name="each">Is given every piece, in order.</param>
    /// <exception cref="ShapeMismatchException">The images do not fit the model.</exception>
    /// <exception cref="ImageSetException">The images' pixels are of another scale than the attack's epsilon and clip.</exception>
    /// <exception cref="NumericalFaultException">The model answers an image, or the attack, with NaN or infinity.</exception>
    public void Run(ImageSet images, Action<ClassifiedImages> each)
    {
        ArgumentNullException.ThrowIfNull(images);
        Run(images, [.. Enumerable.Range(0, images.Count)], each);
    }

    /// <summary>Takes some images of a set.</summary>
    /// <param name="images">The images.</param>
    /// <param name="places">Which of them.</param>
    /// <param name="each">Is given every piece, in order.</param>
    /// <exception cref="ShapeMismatchException">The images do not fit the model.</exception>
    /// <exception cref="ImageSetException">The images' pixels are of another scale than the attack's epsilon and clip.</exception>
    /// <exception cref="NumericalFaultException">The model answers an image, or the attack, with NaN or infinity.</exception>
    public void Run(ImageSet images, ReadOnlySpan<int> places, Action<ClassifiedImages> each)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(each);
        Walk(images, places, classify: true, each);
    }

    /// <summary>Attacks all images of a set, and leaves unasked what the model sees in them afterwards.</summary>
    internal ImageSet Perturb(ImageSet images)
    {
        ArgumentNullException.ThrowIfNull(images);
        int size = images.Shape.Size;
        var adversaries = new float[checked(images.Count * size)];
        Walk(images, [.. Enumerable.Range(0, images.Count)], classify: false, piece =>
            piece.Images.CopyTo(adversaries.AsSpan(piece.Places[0] * size)));
        return images.WithPixels($"{images.Name}, {_attack}", adversaries);
    }

    private void Walk(ImageSet images, ReadOnlySpan<int> places, bool classify, Action<ClassifiedImages> each)
    {
        ModelFit.Check(_model, images);
        Admit?.Invoke(images);
        int size = images.Shape.Size;
        int piece = Math.Min(_piece, places.Length);
        var clean = new float[piece * size];
        float[] shown = _perturb is null ? clean : new float[clean.Length];
        var labels = new int[piece];
        int classes = classify ? _model.Classes : 0;
        var logits = new float[piece * classes];
        using Work work = Work.Begin(_attack ?? $"evaluation on {images.Name}", places.Length * (_passes + (classify ? 1 : 0)));
        for (int start = 0; start < places.Length; start += piece)
        {
            ReadOnlySpan<int> some = places.Slice(start, Math.Min(piece, places.Length - start));
            images.CopyImages(some, clean);
            images.CopyLabels(some, labels);
            Span<float> asked = shown.AsSpan(0, some.Length * size);
            Span<float> answers = logits.AsSpan(0, some.Length * classes);
            try
            {
                _perturb?.Invoke(some, clean.AsSpan(0, asked.Length), labels.AsSpan(0, some.Length), asked);
                if (classify)
                {
                    _model.Logits(asked, answers);
                    ModelAnswer.Check(answers, some.Length, "the logits");
                    Work.Done(some.Length, 1);
                }
            }
            catch (NumericalFaultException fault) when (fault.Image is not null)
            {
                throw fault.Among(some);
            }

            each(new ClassifiedImages(some, asked, labels.AsSpan(0, some.Length), answers));
        }
    }
}
