namespace AdvLib;

/// <summary>
/// A way to turn images into adversarial ones. An attack holds settings only; model and images go in the call. An attack on a weaker kind
/// of model is one on every stronger kind: what needs logits alone, an <c>IAttack&lt;IClassifier&gt;</c>, also attacks what has gradients.
/// </summary>
/// <typeparam name="TModel">
/// The least it needs: <see cref="IClassifier"/> for logits, <see cref="IDifferentiableClassifier"/> for gradients.
/// </typeparam>
public interface IAttack<in TModel>
    where TModel : IClassifier
{
    /// <summary>The attack and its settings, for tables.</summary>
    string Name { get; }

    /// <summary>What the attack wants of each image.</summary>
    Goal Goal => Goal.LeaveLabel;

    /// <summary>How many images it is best given at a time; what it finds does not depend on that.</summary>
    int BatchSize => 500;

    /// <summary>Makes adversarial images. The model, its statistics and the input stay as they are.</summary>
    /// <param name="model">The model under attack.</param>
    /// <param name="images">n images.</param>
    /// <param name="labels">Their n true classes.</param>
    /// <param name="adversaries">Receives n images; must not overlap <paramref name="images"/>.</param>
    /// <exception cref="ShapeMismatchException">The spans do not fit the model or each other.</exception>
    void Perturb(TModel model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<float> adversaries);

    /// <summary>
    /// Refuses a set whose pixels are of another scale than the attack's settings (never divided by 255, normalised; an epsilon of 8 where
    /// 8/255 is meant). An attack that knows its clip and its largest change asks by them.
    /// </summary>
    /// <param name="images">The images that are to be attacked.</param>
    /// <exception cref="ImageSetException">They do not fit; the message names the likely cause.</exception>
    void RequireScale(ImageSet images)
    {
        ArgumentNullException.ThrowIfNull(images);
        images.RequireScale(clip: null);
    }

    /// <summary>This attack for some images of a set only: what it holds for image <c>places[i]</c> is for image i.</summary>
    /// <param name="places">Places in the set.</param>
    /// <returns>This attack itself where it holds nothing of its own for an image.</returns>
    IAttack<TModel> Select(ReadOnlySpan<int> places) => this;

    /// <summary>
    /// What the attack costs at most, for the time left: how often an image goes forwards through the network if it withstands to the end.
    /// </summary>
    /// <param name="classes">Classes of the model.</param>
    /// <returns>The passes; one forwards and back counts as <see cref="Work.GradientPasses"/>.</returns>
    double Passes(int classes) => Work.GradientPasses;
}
