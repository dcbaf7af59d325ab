namespace AdvLib;

/// <summary>The checks that attacks share: of their settings, and of what they are called with.</summary>
public static class AttackGuard
{
    /// <summary>An epsilon, or the exception that says what one is.</summary>
    /// <param name="value">Largest size of a perturbation, in pixel units of [0, 1].</param>
    /// <param name="name">The setting's name.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or not finite.</exception>
    public static float Epsilon(float value, string name) =>
        NotNegative(value, name, "An epsilon, in pixel units of [0, 1],", "0.1");

    /// <summary>A number that may be 0, or the exception that says what was expected.</summary>
    /// <param name="value">The number.</param>
    /// <param name="name">The setting's name.</param>
    /// <param name="what">What it is, as a sentence begins.</param>
    /// <param name="example">A usual value.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or not finite.</exception>
    public static float NotNegative(float value, string name, string what, string example) => value >= 0 && float.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{what} must be finite and at least 0, for example {example}.");

    /// <summary>A count, or the exception that says what was expected.</summary>
    /// <param name="value">The count.</param>
    /// <param name="name">The setting's name.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentOutOfRangeException">It is below 1.</exception>
    public static int Positive(int value, string name) =>
        value >= 1 ? value : throw new ArgumentOutOfRangeException(name, value, "At least 1.");

    /// <summary>Checks the arguments of <see cref="IAttack{TModel}.Perturb"/>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="images">n images.</param>
    /// <param name="labels">n labels.</param>
    /// <param name="adversaries">Room for n images, apart from <paramref name="images"/>.</param>
    /// <returns>The number of images.</returns>
    /// <exception cref="ShapeMismatchException">The spans do not fit the model or each other.</exception>
    public static int Call(IClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, ReadOnlySpan<float> adversaries)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (images.Overlaps(adversaries))
        {
            throw new ShapeMismatchException(
                "Adversaries written over the images they come from.", "two separate spans.",
                "Pass a buffer of its own for the adversaries.");
        }

        if (images.Length != adversaries.Length)
        {
            throw new ShapeMismatchException(
                $"Room for {adversaries.Length} pixels of adversaries.", $"{images.Length}, as many as the images have.",
                "Pass spans for the same number of images.");
        }

        int size = model.InputShape.Size;
        if (images.Length != (long)labels.Length * size)
        {
            throw new ShapeMismatchException(
                $"{images.Length} pixels with {labels.Length} labels.", $"{(long)labels.Length * size} pixels, {size} for each label.",
                "Pass whole images of the model's input shape, and one label for each.");
        }

        ModelFit.CheckLabels(labels, labels.Length, model.Classes);
        return labels.Length;
    }
}
