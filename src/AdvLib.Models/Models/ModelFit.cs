namespace AdvLib;

/// <summary>Whether images, labels and a model fit each other.</summary>
public static class ModelFit
{
    /// <summary>Throws when the images are of another shape than the model's, or of more classes.</summary>
    /// <exception cref="ShapeMismatchException">They do not fit.</exception>
    public static void Check(IClassifier model, ImageSet images)
    {
        if (images.Shape != model.InputShape || images.Classes > model.Classes)
        {
            throw new ShapeMismatchException(
                $"Images of {images.Shape} in {images.Classes} classes for a model of {model.InputShape} and {model.Classes} classes.",
                "images of the model's shape and classes.", "Build the model from the image set's shape and classes.");
        }
    }

    /// <summary>The number of images of a shape in a span.</summary>
    /// <exception cref="ShapeMismatchException">There is part of an image.</exception>
    public static int Count(ReadOnlySpan<float> images, Shape shape)
    {
        int count = images.Length / shape.Size;
        if (count * shape.Size != images.Length)
            throw new ShapeMismatchException($"{images.Length} pixels.", $"a multiple of {shape.Size}, the size of one {shape} image.",
                "Pass whole images of the network's input shape.");
        return count;
    }

    /// <summary>The number of images of a batch to train on.</summary>
    /// <exception cref="ShapeMismatchException">There is none, or images, labels and classes do not fit.</exception>
    public static int CountToTrain(ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Shape shape, int classes)
    {
        int count = Count(images, shape);
        CheckLabels(labels, count, classes);
        return count > 0
            ? count
            : throw new ShapeMismatchException("A batch without images.", "at least one image.", "Check the batch source.");
    }

    /// <summary>The number of images to differentiate a loss by.</summary>
    /// <exception cref="ShapeMismatchException">Images, labels, gradient, logits (unless empty) and classes do not fit.</exception>
    public static int CountToDifferentiate(
        ReadOnlySpan<float> images, ReadOnlySpan<int> labels, ReadOnlySpan<float> gradient, ReadOnlySpan<float> logits, Shape shape,
        int classes)
    {
        int count = Count(images, shape);
        CheckLabels(labels, count, classes);
        CheckLength(gradient.Length, images.Length, "gradients");
        if (!logits.IsEmpty)
            CheckLength(logits.Length, count * classes, "logits");
        return count;
    }

    /// <summary>Throws when there is not one label an image, or one outside the classes.</summary>
    /// <exception cref="ShapeMismatchException">They do not fit.</exception>
    public static void CheckLabels(ReadOnlySpan<int> labels, int count, int classes)
    {
        CheckLength(labels.Length, count, "labels");
        foreach (int label in labels)
        {
            if ((uint)label >= (uint)classes)
                throw new ShapeMismatchException($"A label {label}.", $"0 to {classes - 1}, the network's classes.",
                    "Check the labels, or build the network for more classes.");
        }
    }

    /// <summary>Throws when a span is not as long as it must be.</summary>
    /// <exception cref="ShapeMismatchException">It is not.</exception>
    public static void CheckLength(int found, int expected, string what)
    {
        if (found != expected)
            throw new ShapeMismatchException($"Room for {found} {what}.", $"{expected}.", "Pass spans for the same number of images.");
    }
}
