namespace AdvLib;

/// <summary>What a model made of one image.</summary>
/// <param name="Label">The true class.</param>
/// <param name="Predicted">The class of the largest logit, the first one among equals.</param>
/// <param name="Loss">Categorical cross-entropy.</param>
/// <param name="Confidence">Probability of the class that was predicted.</param>
public readonly record struct ImageAnswer(int Label, int Predicted, float Loss, float Confidence)
{
    /// <summary>Shows a model every image of a set.</summary>
    /// <param name="model">The model.</param>
    /// <param name="images">The images.</param>
    /// <returns>An answer an image, in order.</returns>
    /// <exception cref="ShapeMismatchException">The images do not fit the model.</exception>
    /// <exception cref="NumericalFaultException">The model answers an image with NaN or infinity.</exception>
    public static IReadOnlyList<ImageAnswer> Of(IClassifier model, ImageSet images)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(images);
        var answers = new List<ImageAnswer>(images.Count);
        Each(ImagePass.Of(model), images, model.Classes, answers.Add);
        return answers;
    }

    /// <summary>Takes a set through a pass, answer by answer.</summary>
    internal static void Each(ImagePass pass, ImageSet images, int classes, Action<ImageAnswer> each)
    {
        var scratch = new float[classes];
        pass.Run(images, piece =>
        {
            for (int i = 0; i < piece.Count; i++)
            {
                (int label, int predicted) = (piece.Labels[i], piece.Predicted(i));
                float loss = AdvLib.Loss.CrossEntropy.Evaluate(piece.Logits(i), label, scratch);
                piece.Logits(i).Softmax(scratch);
                each(new ImageAnswer(label, predicted, loss, scratch[predicted]));
            }
        });
    }
}
