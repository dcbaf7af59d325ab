using AdvLib.Numerics;

namespace AdvLib;

/// <summary>
/// Endless batches of normal and adversarial images (PyImageSearch, "Mixing normal images and adversarial images when training
/// CNNs", 2021): int(total split) normal images, then an independent draw of int(total (1 - split)) images attacked through the
/// model as it is at that moment, joined and shuffled together. Both draws are without replacement.
/// </summary>
/// <remarks>An <see cref="IAdjustableAttack"/> has another random start for every batch, and the epsilon that the schedule gives.</remarks>
public sealed class MixedAdversarialBatches : IBatchSource, IResumable
{
    private readonly IClassifier _model;
    private readonly ImageSet _images;
    private readonly SampleDrawer _drawer;
    private readonly Rng _rng;
    private readonly Batch _batch;
    private readonly int _normal;
    private readonly int[] _indices;
    private readonly int[] _places;
    private readonly int[] _labels;
    private readonly float[] _joined;
    private readonly float[] _clean;
    private readonly EpsilonSchedule _schedule;
    private long _batches;

    /// <summary>Creates the source with the recipe's attack: FGSM in tutorial mode.</summary>
    /// <param name="model">The model, which the training loop keeps moving.</param>
    /// <param name="images">The images to draw from.</param>
    /// <param name="total">Images a batch, before both parts are rounded down.</param>
    /// <param name="epsilon">Largest change of a pixel, in pixel units of [0, 1].</param>
    /// <param name="split">Share of normal images, in [0, 1].</param>
    /// <param name="seed">Decides draws and shuffles.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="ShapeMismatchException">The images do not fit the model.</exception>
    /// <exception cref="ImageSetException">A part of the batch is larger than the set.</exception>
    public MixedAdversarialBatches(IClassifier model, ImageSet images, int total, float epsilon = 0.01f, double split = 0.5, ulong seed = 42)
        : this(model, images, total, new Fgsm(epsilon), split, seed)
    {
    }

    /// <summary>Creates the source with any attack.</summary>
    /// <param name="model">The model, which the training loop keeps moving.</param>
    /// <param name="images">The images to draw from.</param>
    /// <param name="total">Images a batch, before both parts are rounded down.</param>
    /// <param name="attack">Perturbs the adversarial part.</param>
    /// <param name="split">Share of normal images, in [0, 1].</param>
    /// <param name="seed">Decides draws and shuffles.</param>
    /// <param name="schedule">The epsilon of each batch; always the attack's own when not given.</param>
    /// <exception cref="ArgumentException">There is a schedule for an attack whose epsilon cannot be set.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="ShapeMismatchException">The images do not fit the model.</exception>
    /// <exception cref="ImageSetException">A part of the batch is larger than the set.</exception>
    public MixedAdversarialBatches(
        IClassifier model, ImageSet images, int total, IAttack attack, double split = 0.5, ulong seed = 42, EpsilonSchedule? schedule = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(attack);
        ArgumentOutOfRangeException.ThrowIfLessThan(total, 1);
        if (!(split is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(split), split, "The split is the share of normal images: at least 0 and at most 1, for example 0.5.");
        _model = model;
        _images = images;
        Attack = attack;
        _schedule = schedule ?? EpsilonSchedule.Constant;
        if (_schedule != EpsilonSchedule.Constant && attack is not IAdjustableAttack)
            throw new ArgumentException($"A schedule for {attack.Name}, whose epsilon cannot be set. Expected: an attack that is IAdjustableAttack, such as Fgsm or Pgd. Leave the schedule out.", nameof(schedule));
        _normal = (int)(total * split);
        BatchSize = _normal + (int)(total * (1 - split));
        if (BatchSize == 0)
            throw new ArgumentOutOfRangeException(nameof(total), total, "Both parts of the batch round down to nothing. Use a larger total.");
        ModelFit.Check(model, images);
        int larger = Math.Max(_normal, BatchSize - _normal);
        if (larger > images.Count)
            throw new ImageSetException($"A batch of {larger} images was asked of a set of {images.Count}.", "at most the whole set: each part is drawn without replacement.", "Take a smaller batch or a larger set.");
        _rng = new Rng(seed, RandomPurpose.Sampling);
        _drawer = new SampleDrawer(images.Count, _rng);
        _batch = new Batch(BatchSize, images.Shape.Size) { Count = BatchSize };
        _indices = new int[BatchSize];
        _places = new int[BatchSize];
        _labels = new int[BatchSize];
        _joined = new float[BatchSize * images.Shape.Size];
        _clean = new float[(BatchSize - _normal) * images.Shape.Size];
    }

    /// <inheritdoc/>
    public int BatchSize { get; }

    /// <summary>Normal images of a batch; the others are adversarial.</summary>
    public int NormalCount => _normal;

    /// <summary>Perturbs the adversarial part.</summary>
    public IAttack Attack { get; }

    /// <summary>
    /// Whether the adversaries are made of the batch's own normal images, instead of an independent draw. A paired batch is not shuffled:
    /// the normal images come first, the adversaries after them in the same order, as <see cref="Trades"/> wants them.
    /// </summary>
    public bool Paired { get; init; }

    /// <inheritdoc/>
    public Batch Next()
    {
        int size = _images.Shape.Size;
        Span<int> normal = _indices.AsSpan(0, _normal);
        Span<int> attacked = _indices.AsSpan(_normal);
        if (Paired)
            DrawPairs(normal, attacked);
        else
            DrawApart(normal, attacked);
        _images.CopyLabels(_indices, _labels);
        _images.CopyImages(normal, _joined);
        if (!attacked.IsEmpty)
        {
            _images.CopyImages(attacked, _clean);
            ForThisBatch().Perturb(_model, _clean, _labels.AsSpan(_normal), _joined.AsSpan(_normal * size));
        }

        _batches++;
        for (int i = 0; i < BatchSize; i++)
            _places[i] = i;
        if (!Paired)
            _rng.Shuffle<int>(_places);
        for (int i = 0; i < BatchSize; i++)
        {
            _joined.AsSpan(_places[i] * size, size).CopyTo(_batch.WritableImages[(i * size)..]);
            _batch.WritableLabels[i] = _labels[_places[i]];
        }

        return _batch;
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

    private IAttack ForThisBatch() => Attack is IAdjustableAttack adjustable
        ? adjustable.ForBatch(_schedule.At(_batches, adjustable.Epsilon, _rng), _batches)
        : Attack;
}
