namespace AdvLib;

/// <summary>Predictions of a model in inference mode.</summary>
public static class PredictionExtensions
{
    /// <summary>Probabilities of the classes: the softmax of the logits.</summary>
    /// <param name="model">The model.</param>
    /// <param name="images">n images.</param>
    /// <returns>n x classes probabilities.</returns>
    /// <exception cref="ShapeMismatchException">The images do not fit the model.</exception>
    /// <exception cref="NumericalFaultException">The model answers an image with NaN or infinity.</exception>
    public static float[] Predict(this IClassifier model, ReadOnlySpan<float> images)
    {
        ArgumentNullException.ThrowIfNull(model);
        var probabilities = new float[images.Length / model.InputShape.Size * model.Classes];
        model.Logits(images, probabilities);
        ModelAnswer.Check(probabilities, images.Length / model.InputShape.Size, "the logits");
        for (int start = 0; start < probabilities.Length; start += model.Classes)
        {
            Span<float> row = probabilities.AsSpan(start, model.Classes);
            ((ReadOnlySpan<float>)row).Softmax(row);
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
        ArgumentNullException.ThrowIfNull(images);
        var classes = new int[images.Count];
        ImagePass.Of(model).Run(images, piece =>
        {
            for (int i = 0; i < piece.Count; i++)
                classes[piece.Places[i]] = piece.Predicted(i);
        });
        return classes;
    }
}
