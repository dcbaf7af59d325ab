
namespace AdvLib;

/// <summary>
/// Endless batches of normal and adversarial images (PyImageSearch, "Mixing normal images and adversarial images when training
/// CNNs", 2021): total times split normal images, rounded down, then an independent draw of the others, attacked through the model as it
/// is at that moment, joined and shuffled together. Both draws are without replacement.
/// </summary>
/// <remarks>An <see cref="IAdjustableAttack{TModel}"/> has another random start for every batch,
/// and the epsilon that the schedule gives.</remarks>
public class MixedAdversarialBatches : IBatchSource, IResumable
{
    private readonly IDifferentiableClassifier _model;
    private readonly ImageSet _images;
    private readonly SampleDrawer _drawer;
    private readonly Rng _rng;
    private readonly Batch _batch;
    private readonly int _normal;
    private readonly int[] _indices;
    private readonly (int Right, int Down)[] _shifts;
    private readonly int[] _places;
    private readonly int[] _positions;
    private readonly int[] _attacked;
    private readonly int[] _labels;
    private readonly float[] _clean;
    private readonly float[] _adversaries;
    private readonly EpsilonSchedule _schedule;
    private long _batches;

    /// <summary>Creates the source with the recipe's attack: FGSM in tutorial mode.</summary>
    /// <param name="model">The model, which the training loop keeps moving.</param>
    /// <param name="images">The images to draw from.</param>
    /// <param name="total">Images a batch, normal and adversarial together.</param>
    /// <param name="epsilon">Largest change of a pixel, in pixel units of [0, 1].</param>
    /// <param name="split">Share of normal images, in [0, 1].</param>
    /// <param name="seed">Decides draws and shuffles.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="ShapeMismatchException">The images do not fit the model.</exception>
    /// <exception cref="ImageSetException">A part of the batch is larger than the set, or pixels and attack differ in scale.</exception>
    public MixedAdversarialBatches(
        IDifferentiableClassifier model, ImageSet images, int total, float epsilon = 0.01f, double split = 0.5, ulong seed = 42)
        : this(model, images, total, new Fgsm(epsilon), split, seed)
    {
    }

    /// <summary>Creates the source with any attack.</summary>
    /// <param name="model">The model, which the training loop keeps moving.</param>
    /// <param name="images">The images to draw from.</param>
    /// <param name="total">Images a batch, normal and adversarial together.</param>
    /// <param name="attack">Perturbs the adversarial part.</param>
    /// <param name="split">Share of normal images, in [0, 1].</param>
    /// <param name="seed">Decides draws and shuffles.</param>
    /// <param name="schedule">The epsilon of each batch; always the attack's own when not given.</param>
    /// <exception cref="ArgumentException">There is a schedule for an attack whose epsilon cannot be set, or from above it.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="ShapeMismatchException">The images do not fit the model.</exception>
    /// <exception cref="ImageSetException">A part of the batch is larger than the set, or pixels and attack differ in scale.</exception>
    public MixedAdversarialBatches(
        IDifferentiableClassifier model, ImageSet images, int total, IAttack<IDifferentiableClassifier> attack, double split = 0.5,
        ulong seed = 42, EpsilonSchedule? schedule = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(attack);
        ArgumentOutOfRangeException.ThrowIfLessThan(total, 1);
        if (!(split is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(
                nameof(split), split, "The split is the share of normal images: at least 0 and at most 1, for example 0.5.");
        _model = model;
        _images = images;
        Attack = attack;
        _schedule = schedule ?? EpsilonSchedule.Constant;
        if (_schedule != EpsilonSchedule.Constant && attack is not IAdjustableAttack<IDifferentiableClassifier>)
        {
            throw new ArgumentException(
                $"A schedule for {attack.Name}, whose epsilon cannot be set. Expected: an attack that is IAdjustableAttack, "
                    + "such as Fgsm or Pgd. Leave the schedule out.", nameof(schedule));
        }

        // What a product of a decimal fraction loses must not lose an image.
        _normal = (int)(total * split + 1e-9);
        BatchSize = total;
        if ((split > 0 && _normal == 0) || (split < 1 && _normal == total))
        {
            throw new ArgumentOutOfRangeException(
                nameof(split), split, $"Of {total} images, {_normal} would be normal and {total - _normal} adversarial. "
                    + "Use a larger batch, or a split of 0 or 1.");
        }

        if (_schedule.Lowest > (attack as IAdjustableAttack<IDifferentiableClassifier>)?.Epsilon)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"A schedule from {_schedule.Lowest} for {attack.Name}. ")
                + "Expected: at most the attack's own epsilon. Lower the schedule's lowest epsilon, or raise the attack's.",
                nameof(schedule));
        }

        ModelFit.Check(model, images);
        attack.RequireScale(images);
        int larger = Math.Max(_normal, BatchSize - _normal);
        if (larger > images.Count)
        {
            throw new ImageSetException(
                $"A batch of {larger} images was asked of a set of {images.Count}.",
                "at most the whole set: each part is drawn without replacement.", "Take a smaller batch or a larger set.");
        }

        _rng = new Rng(seed, RandomPurpose.Sampling);
        _drawer = new SampleDrawer(images.Count, _rng);
        _batch = new Batch(BatchSize, images.Shape.Size) { Total = BatchSize };
        _indices = new int[BatchSize];
        _shifts = new (int, int)[BatchSize];
        _places = new int[BatchSize];
        _positions = new int[BatchSize];
        _attacked = new int[BatchSize - _normal];
        _labels = new int[BatchSize - _normal];
        _clean = new float[_attacked.Length * images.Shape.Size];
        _adversaries = new float[_clean.Length];
    }

    /// <inheritdoc/>
    public int BatchSize { get; }

    /// <summary>Normal images of a batch; the others are adversarial.</summary>
    public int NormalCount => _normal;

    /// <summary>Perturbs the adversarial part.</summary>
    public IAttack<IDifferentiableClassifier> Attack { get; }

    /// <summary>
    /// Whether the adversaries are made of the batch's own normal images, instead of an independent draw. A paired batch is not shuffled:
    /// the normal images come first, the adversaries after them in the same order, as TRADES wants them.
    /// </summary>
    public bool Paired { get; init; }

    /// <inheritdoc/>
    public bool HoldsPairs => Paired && 2 * _normal == BatchSize;

    /// <summary>
    /// Pixels by which an image is moved at most before it is attacked, each way, drawn for every image of every
    /// batch; 0, as in the recipe, for none. A network trained for many epochs on strong adversaries learns its
    /// images by heart; moved ones are never quite the same.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative, or as large as the images.</exception>
    public int Shift
    {
        get;
        set => field = PixelShift.Check(value, _images.Shape, nameof(Shift));
    }

    /// <summary>
    /// The part of every batch that is made; all of it when not set. Every process of a job draws the same images and order, and attacks
    /// those that come to stand in its part.
    /// </summary>
    public Share Share { get; set; }

    /// <inheritdoc/>
    public Batch Next()
    {
        Span<int> normal = _indices.AsSpan(0, _normal);
        Span<int> attacked = _indices.AsSpan(_normal);
        if (Paired)
            DrawPairs(normal, attacked);
        else
            DrawApart(normal, attacked);
        if (Shift > 0)
            PixelShift.Draw(_rng, Shift, _shifts);
        IAttack<IDifferentiableClassifier>? attack = attacked.IsEmpty ? null : ForThisBatch();
        _batches++;
        for (int i = 0; i < BatchSize; i++)
            _places[i] = i;
        if (!Paired)
            _rng.Shuffle<int>(_places);
        Make(attack);
        return _batch;
    }

    // Both parts where this process's share of the batch wants them; the adversaries in the order in which they were drawn.
    private void Make(IAttack<IDifferentiableClassifier>? attack)
    {
        int size = _images.Shape.Size;
        (int from, int to) = Share.Of(BatchSize);
        _batch.Count = to - from;
        for (int i = 0; i < BatchSize; i++)
            _positions[_places[i]] = i - from;
        int adversaries = 0;
        for (int drawn = 0; drawn < BatchSize; drawn++)
        {
            int position = _positions[drawn];
            if (position < 0 || position >= _batch.Count)
                continue;
            _images.CopyLabels(_indices.AsSpan(drawn, 1), _batch.WritableLabels[position..]);
            if (drawn < _normal)
            {
                Copy(drawn, _batch.WritableImages.Slice(position * size, size));
                continue;
            }

            Copy(drawn, _clean.AsSpan(adversaries * size, size));
            _labels[adversaries] = _batch.Labels[position];
            _attacked[adversaries++] = position;
        }

        if (adversaries == 0)
            return;
        attack!.Perturb(
            _model, _clean.AsSpan(0, adversaries * size), _labels.AsSpan(0, adversaries), _adversaries.AsSpan(0, adversaries * size));
        for (int i = 0; i < adversaries; i++)
            _adversaries.AsSpan(i * size, size).CopyTo(_batch.WritableImages[(_attacked[i] * size)..]);
    }

    /// <summary>Keeps the place in the draws and shuffles.</summary>
    /// <param name="state">Takes or replaces it.</param>
    /// <exception cref="CheckpointException">The state belongs to other images or settings, or is damaged.</exception>
    public void Exchange(ResumeState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Match("data", _images.Fingerprint);
        state.Match("normal", _normal);
        state.Match("adversarial", BatchSize - _normal);
        state.Match("attack", Attack.Name);
        (Attack as IResumable)?.Exchange(state.Part("attack"));
        state.Match("paired", Paired);
        state.Match("shift", Shift);
        state.Match("schedule", _schedule);
        long batches = _batches;
        state.Exchange("batches", ref batches);
        _batches = batches >= 0 ? batches : throw state.Damaged("batches");
        _drawer.Exchange(state);
        _rng.Exchange(state);
    }

    private void DrawApart(Span<int> normal, Span<int> attacked)
    {
        _drawer.Draw(normal);
        _drawer.Draw(attacked);
    }

    // The first images of the larger part are the smaller one.
    private void DrawPairs(Span<int> normal, Span<int> attacked)
    {
        Span<int> larger = normal.Length > attacked.Length ? normal : attacked;
        Span<int> smaller = normal.Length > attacked.Length ? attacked : normal;
        _drawer.Draw(larger);
        larger[..smaller.Length].CopyTo(smaller);
    }

    // A pair moves together.
    private void Copy(int drawn, Span<float> image)
    {
        _images.CopyImages(_indices.AsSpan(drawn, 1), image);
        if (Shift == 0)
            return;
        (int right, int down) = _shifts[Paired && drawn >= _normal ? drawn - _normal : drawn];
        PixelShift.Move(image, _images.Shape, right, down);
    }

    private IAttack<IDifferentiableClassifier> ForThisBatch() => Attack is IAdjustableAttack<IDifferentiableClassifier> adjustable
        ? adjustable.ForBatch(_schedule.At(_batches, adjustable.Epsilon, _rng), _batches)
        : Attack;
}
