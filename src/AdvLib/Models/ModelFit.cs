namespace AdvLib;

/// <summary>Whether images and a model fit each other.</summary>
internal static class ModelFit
{
    /// <summary>Throws when the images are of another shape than the model's, or of more classes.</summary>
    /// <exception cref="ShapeMismatchException">They do not fit.</exception>
    public static void Check(IClassifier model, ImageSet images)
    {
        if (images.Shape != model.InputShape || images.Classes > model.Classes)
        {
            throw new ShapeMismatchException(
                $"Images of {images.Shape} in {images.Classes} classes for a model of {model.InputShape} and {model.Classes} classes.", "images of the model's shape and classes.", "Build the model from the image set's shape and classes.");
        }
    }
}
