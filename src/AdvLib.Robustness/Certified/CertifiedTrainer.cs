namespace AdvLib;

/// <summary>
/// Trains a network so that its robustness can be proved, by interval bound propagation: each step's loss is that of the worst logits that
/// the bounds of the whole box around each image allow, or of a part of it (<see cref="CertifiedTraining.BoxShare"/>). What its progress calls accuracy is the share of the batch that is proved at the
/// epsilon of the moment.
/// </summary>
/// <remarks>
/// Certified accuracy of held-out images is what to choose epochs and settings by: <c>Score = _ => CertifiedAccuracy.Of(model, heldOut,
/// epsilon).Share</c>. A fresh network learns faster from <see cref="CertifiedCnn.Initialize"/>'s weights.
/// </remarks>
public sealed class CertifiedTrainer : Trainer
{
    private readonly CertifiedTraining _settings;
    private readonly BoxTraining _boxes;
    private readonly IOptimizer _optimizer;
    private readonly WorstLogits _loss;
    private readonly SmallBoxes? _small;
    private readonly float _rate;
    private float[] _lower = [];
    private float[] _upper = [];

    /// <summary>Creates a trainer.</summary>
    /// <param name="model">The network to train; its weights move.</param>
    /// <param name="optimizer">A fresh optimizer; its learning rate is the highest one.</param>
    /// <param name="settings">Which epsilon, and how it is reached.</param>
    /// <exception cref="BoundsUnavailableException">A layer of the network cannot be bounded, or the last one is not dense.</exception>
    public CertifiedTrainer(Sequential model, IOptimizer optimizer, CertifiedTraining settings)
        : this(model, optimizer, settings, new WorstLogits(settings ?? throw new ArgumentNullException(nameof(settings))))
    {
    }

    private CertifiedTrainer(Sequential model, IOptimizer optimizer, CertifiedTraining settings, WorstLogits loss)
        : base(model, optimizer, loss)
    {
        (_settings, _optimizer, _loss, _rate) = (settings, optimizer, loss, optimizer.LearningRate);
        _small = settings.BoxShare < 1 ? new SmallBoxes(model, settings) : null;
        _boxes = new BoxTraining(model) { MaxGradientNorm = settings.MaxGradientNorm };
    }

    /// <inheritdoc/>
    protected override bool GetsHarder => _settings.IsGrowing(Done);

    /// <inheritdoc/>
    protected override StepResult TakeStep(Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (Schedule is null)
            _optimizer.LearningRate = _rate * _settings.RateAt(Done);
        int length = batch.Images.Length;
        if (_lower.Length < length)
            (_lower, _upper) = (new float[length], new float[length]);
        Span<float> lower = _lower.AsSpan(0, length);
        Span<float> upper = _upper.AsSpan(0, length);
        EpsilonBox.Around(batch.Images, _settings.EpsilonAt(Done), _settings.Clip, lower, upper);
        _small?.Shrink(batch, _optimizer.Steps, lower, upper);
        return _boxes.TrainOnBatch(lower, upper, batch.Images, batch.Labels, _settings.KappaAt(Done), _loss, _optimizer);
    }
}
