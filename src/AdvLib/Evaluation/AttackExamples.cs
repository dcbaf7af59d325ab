namespace AdvLib;

/// <summary>Examples of an attack, for <see cref="ImageGrid.Triples"/>.</summary>
public static class AttackExamples
{
    /// <summary>Asks a model about images before and after an attack.</summary>
    /// <param name="model">The model.</param>
    /// <param name="clean">The clean images.</param>
    /// <param name="adversaries">The attacked ones, in the same order.</param>
    /// <param name="indices">Which of them.</param>
    /// <returns>An example an index.</returns>
    /// <exception cref="ShapeMismatchException">The sets differ in number or shape.</exception>
    public static IReadOnlyList<AttackExample> Of(IClassifier model, ImageSet clean, ImageSet adversaries, params IEnumerable<int> indices)
    {
        ArgumentNullException.ThrowIfNull(clean);
        ArgumentNullException.ThrowIfNull(adversaries);
        if (clean.Count != adversaries.Count || clean.Shape != adversaries.Shape)
            throw new ShapeMismatchException(
                $"'{adversaries}' beside '{clean}'.",
                "as many images of the same shape.", "Pass the adversaries of these images.");
        return [.. indices.Select(index =>
        {
            (float[] image, int before, float confidenceBefore) = Ask(model, clean, index);
            (float[] adversary, int after, float confidenceAfter) = Ask(model, adversaries, index);
            return new AttackExample(image, adversary, clean.Label(index), before, confidenceBefore, after, confidenceAfter);
        })];
    }

    private static (float[] Image, int Class, float Confidence) Ask(IClassifier model, ImageSet images, int index)
    {
        var image = new float[images.Shape.Size];
        images.CopyImages(index, 1, image);
        float[] probabilities = model.Predict(image);
        int predicted = new ReadOnlySpan<float>(probabilities).IndexOfMax();
        return (image, predicted, probabilities[predicted]);
    }
}
