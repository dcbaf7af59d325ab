namespace AdvLib;

/// <summary>
/// Endless batches of adversarial images only: each is a draw without replacement, attacked through the model as it is at that
/// moment. The recipe's generator for training on nothing but adversaries; with <see cref="Pgd"/> it is the training of Madry et al.
/// (2018), with one step from a random start that of Wong, Rice and Kolter ("Fast is better than free: revisiting adversarial training",
/// 2020).
/// </summary>
public sealed class AdversarialBatches : MixedAdversarialBatches
{
    /// <summary>Creates the source with FGSM in tutorial mode.</summary>
    /// <param name="model">The model, which the training loop keeps moving.</param>
    /// <param name="images">The images to draw from.</param>
    /// <param name="total">Images a batch.</param>
    /// <param name="epsilon">Largest change of a pixel, in pixel units of [0, 1].</param>
    /// <param name="seed">Decides the draws.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public AdversarialBatches(IDifferentiableClassifier model, ImageSet images, int total, float epsilon = 0.01f, ulong seed = 42)
        : this(model, images, total, new Fgsm(epsilon), seed)
    {
    }

    /// <summary>Creates the source with any attack: a mixed batch without normal images.</summary>
    /// <param name="model">The model, which the training loop keeps moving.</param>
    /// <param name="images">The images to draw from.</param>
    /// <param name="total">Images a batch.</param>
    /// <param name="attack">Perturbs the images.</param>
    /// <param name="seed">Decides the draws.</param>
    /// <param name="schedule">The epsilon of each batch; always the attack's own when not given.</param>
    /// <exception cref="ArgumentException">There is a schedule for an attack whose epsilon cannot be set.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public AdversarialBatches(
        IDifferentiableClassifier model, ImageSet images, int total, IAttack<IDifferentiableClassifier> attack, ulong seed = 42,
        EpsilonSchedule? schedule = null)
        : base(model, images, total, attack, split: 0, seed, schedule)
    {
    }
}
