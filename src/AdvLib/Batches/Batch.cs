namespace AdvLib;

/// <summary>Images and labels of one training step. A batch source fills the same batch again and again.</summary>
public sealed class Batch
{
    private readonly float[] _images;
    private readonly int[] _labels;
    private readonly int _imageSize;

    internal Batch(int capacity, int imageSize)
    {
        _images = new float[capacity * imageSize];
        _labels = new int[capacity];
        _imageSize = imageSize;
    }

    /// <summary>Number of images.</summary>
    public int Count { get; internal set; }

    /// <summary>Images of the whole batch, of which this is one process's share; <see cref="Count"/> where there is one process.</summary>
    public int Total { get; internal set; }

    /// <summary>The images, <see cref="Count"/> x height x width x channels.</summary>
    public ReadOnlySpan<float> Images => _images.AsSpan(0, Count * _imageSize);

    /// <summary>The labels.</summary>
    public ReadOnlySpan<int> Labels => _labels.AsSpan(0, Count);

    internal Span<float> WritableImages => _images.AsSpan(0, Count * _imageSize);

    internal Span<int> WritableLabels => _labels.AsSpan(0, Count);
}
