using static TorchSharp.torch;

namespace AdvLib;

/// <summary>
/// What a module expects in place of pixels: <c>(pixel - mean) / std</c> of each channel. As a part of the model, it leaves an attack's
/// epsilon in pixels, and takes the gradient through.
/// </summary>
internal sealed class ChannelScale
{
    private readonly float[] _mean;
    private readonly float[] _std;
    private readonly bool _channelsLast;

    /// <summary>Checks and keeps the numbers.</summary>
    /// <exception cref="ShapeMismatchException">There is not one of each for every channel.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is not finite, or a deviation not positive.</exception>
    public ChannelScale(Shape shape, IReadOnlyList<float>? mean, IReadOnlyList<float>? std, bool channelsLast = false)
    {
        _channelsLast = channelsLast;
        _mean = Check(shape, mean, 0, nameof(mean));
        _std = Check(shape, std, 1, nameof(std));
        if (_std.Any(value => value <= 0))
            throw new ArgumentOutOfRangeException(nameof(std), "A standard deviation must be positive, for example 0.3081.");
    }

    /// <summary>NHWC pixels as the module's input, inside the graph: a gradient comes back as NHWC pixels.</summary>
    public Tensor Apply(Tensor pixels)
    {
        Tensor input = _channelsLast ? pixels : pixels.permute(0, 3, 1, 2);
        if (_mean.Any(value => value != 0))
            input = input.sub(Row(_mean, pixels.device));
        return _std.Any(value => value != 1) ? input.div(Row(_std, pixels.device)) : input;
    }

    private Tensor Row(float[] values, Device device) => _channelsLast
        ? TorchTensors.Write(values, device, 1, 1, 1, values.Length)
        : TorchTensors.Write(values, device, 1, values.Length, 1, 1);

    private static float[] Check(Shape shape, IReadOnlyList<float>? values, float none, string what)
    {
        float[] all = [.. values ?? [.. Enumerable.Repeat(none, shape.Channels)]];
        if (all.Length != shape.Channels)
            throw new ShapeMismatchException($"{all.Length} values of {what} for images of {shape}.", $"{shape.Channels}, one a channel.",
                "Give what the model was trained with.");
        return all.All(float.IsFinite) ? all
            : throw new ArgumentOutOfRangeException(what, "Mean and standard deviation must be finite numbers.");
    }
}
