namespace AdvLib;

/// <summary>A way to turn images into adversarial ones. An attack holds settings only; model and images go in the call.</summary>
public interface IAttack
{
    /// <summary>The attack and its settings, for tables.</summary>
    string Name { get; }

    /// <summary>Makes adversarial images. The model, its statistics and the input stay as they are.</summary>
    /// <param name="model">The model under attack.</param>
    /// <param name="images">n images.</param>
    /// <param name="labels">n labels: the true classes, or the wanted ones for a targeted attack.</param>
    /// <param name="adversaries">Receives n images; must not overlap <paramref name="images"/>.</param>
    /// <exception cref="ShapeMismatchException">The spans do not fit the model or each other.</exception>
    void Perturb(IClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<float> adversaries);
}
