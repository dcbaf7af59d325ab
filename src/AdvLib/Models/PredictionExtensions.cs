namespace AdvLib;

/// <summary>Predictions of a model in inference mode.</summary>
public static class PredictionExtensions
{
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
}
