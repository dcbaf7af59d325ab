namespace AdvLib;

/// <summary>
/// Endless batches of adversarial images only: each is a draw without replacement, attacked through the model as it is at that
/// moment. The recipe's generator for training on nothing but adversaries; with <see cref="Pgd"/> it is the training of Madry et al.
/// (2018), with one step from a random start that of Wong, Rice and Kolter ("Fast is better than free: revisiting adversarial training",
/// 2020), to be watched by an <see cref="OverfittingMonitor"/>.
/// </summary>
public sealed class AdversarialBatches : IBatchSource, IResumable
{
    private readonly MixedAdversarialBatches _batches;

    /// <summary>Creates the source with FGSM in tutorial mode.</summary>
    /// <param name="model">The model, which the training loop keeps moving.</param>
    /// <param name="images">The images to draw from.</param>
    /// <param name="total">Images a batch.</param>
    /// <param name="epsilon">Largest change of a pixel, in pixel units of [0, 1].</param>
    /// <param name="seed">Decides the draws.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public AdversarialBatches(IClassifier model, ImageSet images, int total, float epsilon = 0.01f, ulong seed = 42)
        : this(model, images, total, new Fgsm(epsilon), seed)
    {
    }

    /// <summary>Creates the source with any attack.</summary>
    /// <param name="model">The model, which the training loop keeps moving.</param>
    /// <param name="images">The images to draw from.</param>
    /// <param name="total">Images a batch.</param>
    /// <param name="attack">Perturbs the images.</param>
    /// <param name="seed">Decides the draws.</param>
    /// <param name="schedule">The epsilon of each batch; always the attack's own when not given.</param>
    /// <exception cref="ArgumentException">There is a schedule for an attack whose epsilon cannot be set.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public AdversarialBatches(IClassifier model, ImageSet images, int total, IAttack attack, ulong seed = 42, EpsilonSchedule? schedule = null) =>
        _batches = new MixedAdversarialBatches(model, images, total, attack, split: 0, seed, schedule);

    /// <inheritdoc/>
    public int BatchSize => _batches.BatchSize;

    /// <summary>Pixels by which an image is moved at most before it is attacked, each way, drawn anew for every batch; 0 for none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative, or as large as the images.</exception>
    public int Shift
    {
        get => _batches.Shift;
        set => _batches.Shift = value;
    }

    /// <summary>The part of every batch that is made; all of it when not set. Every process of a job draws the same images.</summary>
    public Share Share
    {
        get => _batches.Share;
        set => _batches.Share = value;
    }

    /// <inheritdoc/>
    public Batch Next() => _batches.Next();

    /// <summary>Keeps the place in the draws.</summary>
    /// <param name="state">Takes or replaces it.</param>
    /// <exception cref="CheckpointException">The state belongs to other images or settings, or is damaged.</exception>
    public void Exchange(ResumeState state) => _batches.Exchange(state);
}
