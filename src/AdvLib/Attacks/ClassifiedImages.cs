namespace AdvLib;

/// <summary>A piece of an image set as a model saw it.</summary>
public readonly ref struct ClassifiedImages
{
    private readonly int _size;
    private readonly int _classes;

    internal ClassifiedImages(ReadOnlySpan<int> places, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, ReadOnlySpan<float> logits)
    {
        (_size, _classes) = (images.Length / labels.Length, logits.Length / labels.Length);
        Places = places;
        Images = images;
        Labels = labels;
        AllLogits = logits;
    }

    /// <summary>Number of images.</summary>
    public int Count => Labels.Length;

    /// <summary>Where each image stands in the set.</summary>
    public ReadOnlySpan<int> Places { get; }

    /// <summary>The true classes.</summary>
    public ReadOnlySpan<int> Labels { get; }

    /// <summary>The images as the model saw them: attacked, where there was an attack.</summary>
    public ReadOnlySpan<float> Images { get; }

    private ReadOnlySpan<float> AllLogits { get; }

    /// <summary>An image as the model saw it.</summary>
    /// <param name="i">The image's place in the piece.</param>
    /// <returns>Its pixels.</returns>
    public ReadOnlySpan<float> Image(int i) => Images.Slice(i * _size, _size);

    /// <summary>The model's outputs for an image.</summary>
    /// <param name="i">The image's place in the piece.</param>
    /// <returns>One logit a class.</returns>
    public ReadOnlySpan<float> Logits(int i) => AllLogits.Slice(i * _classes, _classes);

    /// <summary>The class the model saw in an image.</summary>
    /// <param name="i">The image's place in the piece.</param>
    /// <returns>The class of the largest logit, the first one among equals.</returns>
    public int Predicted(int i) => Logits(i).IndexOfMax();
}
