namespace AdvLib;

/// <summary>How a model wants its images: in what order, how many at a time, and scaled how. AdvLib's come as NHWC pixels.</summary>
internal sealed class OnnxInput
{
    private readonly Shape _shape;
    private readonly bool _channelsFirst;
    private readonly float[] _mean;
    private readonly float[] _std;

    /// <summary>Reads it from the sizes that the model declares.</summary>
    /// <param name="declared">Sizes of the input; what is left open is negative or 0.</param>
    /// <param name="shape">Shape of one image.</param>
    /// <param name="mean">Subtracted from each channel; zeros when not given.</param>
    /// <param name="std">Divides it then; ones when not given.</param>
    /// <param name="channelsLast">The order, where it is known; null to tell it from the sizes.</param>
    /// <exception cref="ShapeMismatchException">The shape is not the model's, or mean or deviation is not one value a channel.</exception>
    public OnnxInput(int[] declared, Shape shape, IReadOnlyList<float>? mean, IReadOnlyList<float>? std, bool? channelsLast = null)
    {
        bool Fits(params ReadOnlySpan<int> sizes)
        {
            for (int i = 0; i < sizes.Length; i++)
            {
                if (declared[i + 1] > 0 && declared[i + 1] != sizes[i])
                    return false;
            }

            return true;
        }

        bool first = channelsLast != true && declared.Length == 4 && Fits(shape.Channels, shape.Height, shape.Width);
        bool last = channelsLast != false && declared.Length == 4 && Fits(shape.Height, shape.Width, shape.Channels);
        if (!first && !last)
        {
            throw new ShapeMismatchException(
                $"A model whose input is [{string.Join(", ", declared)}] for images of {shape}.",
                    "images x channels x height x width, or channels last.", "Give the shape that the model was made for.");
        }

        // Where both fit, as for a model that leaves its sizes open, the order that nearly all ONNX files have.
        IsGuess = first && last && shape.Channels > 1;
        (_shape, _channelsFirst, FixedBatch) = (shape, first, Math.Max(0, declared[0]));
        _mean = PerChannel(mean, 0, nameof(mean));
        _std = PerChannel(std, 1, nameof(std));
        if (_std.Any(value => value <= 0))
            throw new ArgumentOutOfRangeException(nameof(std), "A standard deviation must be positive, for example 0.3081.");
    }

    /// <summary>Whether the channels may as well come last.</summary>
    public bool IsGuess { get; }

    /// <summary>The one number of images that the model takes; 0 for any.</summary>
    public int FixedBatch { get; }

    /// <summary>Sizes of a batch.</summary>
    public long[] Sizes(int count) => _channelsFirst ? [count, _shape.Channels, _shape.Height, _shape.Width]
        : [count, _shape.Height, _shape.Width, _shape.Channels];

    /// <summary>Writes images as the model wants them.</summary>
    /// <param name="images">NHWC pixels.</param>
    /// <param name="input">Receives as many values.</param>
    public void Write(ReadOnlySpan<float> images, Span<float> input)
    {
        (int area, int channels) = (_shape.Height * _shape.Width, _shape.Channels);
        for (int i = 0; i < images.Length; i++)
        {
            int channel = i % channels;
            int place = _channelsFirst ? (i / _shape.Size * channels + channel) * area + i / channels % area : i;
            input[place] = (images[i] - _mean[channel]) / _std[channel];
        }
    }

    private float[] PerChannel(IReadOnlyList<float>? values, float none, string what)
    {
        float[] all = [.. values ?? [.. Enumerable.Repeat(none, _shape.Channels)]];
        if (all.Length != _shape.Channels)
            throw new ShapeMismatchException($"{all.Length} values of {what} for images of {_shape}.",
                $"{_shape.Channels}, one a channel.", "Give what the model was trained with.");
        return all.All(float.IsFinite) ? all
            : throw new ArgumentOutOfRangeException(what, "Mean and standard deviation must be finite numbers.");
    }
}
