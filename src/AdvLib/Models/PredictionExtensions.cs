namespace AdvLib;

/// <summary>Predictions of a model in inference mode.</summary>
public static class PredictionExtensions
{
    // Bounds the scratch memory; results do not depend on it.
    private const int Chunk = 500;

    /// <summary>Probabilities of the classes: the softmax of the logits.</summary>
    /// <param name="model">The model.</param>
    /// <param name="images">n images.</param>
    /// <returns>n x classes probabilities.</returns>
    /// <exception cref="ShapeMismatchException">The images do not fit the model.</exception>
    public static float[] Predict(this IClassifier model, ReadOnlySpan<float> images)
    {
        ArgumentNullException.ThrowIfNull(model);
        var probabilities = new float[images.Length / model.InputShape.Size * model.Classes];
        model.Logits(images, probabilities);
        for (int start = 0; start < probabilities.Length; start += model.Classes)
        {
            Span<float> row = probabilities.AsSpan(start, model.Classes);
            SoftmaxFunction.Apply(row, row);
        }

        return probabilities;
    }

    /// <summary>The class of the largest logit of every image of a set.</summary>
    /// <param name="model">The model.</param>
    /// <param name="images">The images.</param>
    /// <returns>One class an image.</returns>
    /// <exception cref="ShapeMismatchException">The images do not fit the model.</exception>
    public static int[] PredictClasses(this IClassifier model, ImageSet images)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(images);
        ModelFit.Check(model, images);
        int chunk = Math.Min(Chunk, images.Count);
        var pixels = new float[chunk * images.Shape.Size];
        var logits = new float[chunk * model.Classes];
        var classes = new int[images.Count];
        for (int start = 0; start < images.Count; start += chunk)
        {
            int count = Math.Min(chunk, images.Count - start);
            images.CopyImages(start, count, pixels);
            model.Logits(pixels.AsSpan(0, count * images.Shape.Size), logits.AsSpan(0, count * model.Classes));
            for (int i = 0; i < count; i++)
                classes[start + i] = ((ReadOnlySpan<float>)logits.AsSpan(i * model.Classes, model.Classes)).IndexOfMax();
        }

        return classes;
    }
}
