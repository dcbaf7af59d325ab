namespace AdvLib;

/// <summary>How a model from elsewhere wants its images: what its file does not say of itself.</summary>
/// <param name="Shape">Shape of one image.</param>
/// <param name="Classes">Number of classes, at least 2.</param>
public sealed record ModelInput(Shape Shape, int Classes)
{
    /// <summary>Whether channels come last (NHWC); first (NCHW) as PyTorch has them when false. Null asks the file, where it says so.
    /// </summary>
    public bool? ChannelsLast { get; init; }

    /// <summary>Values that the model's authors gave black and white, before mean and deviation.</summary>
    public PixelRange Range { get; init; } = PixelRange.Unit;

    /// <summary>Subtracted from each channel, in units of <see cref="Range"/>; zeros when null.</summary>
    public IReadOnlyList<float>? Mean { get; init; }

    /// <summary>Divides it then; ones when null.</summary>
    public IReadOnlyList<float>? Std { get; init; }

    /// <summary>Threads to compute on; the engine's own choice when null.</summary>
    public int? Threads { get; init; }

    /// <summary>The mean in pixel units of [0, 1], so that range, mean and deviation are one scale of pixels.</summary>
    public IReadOnlyList<float> PixelMean => PerChannel(Mean, 0, mean => (mean - Range.Low) / (Range.High - Range.Low));

    /// <summary>The deviation in pixel units of [0, 1].</summary>
    public IReadOnlyList<float> PixelStd => PerChannel(Std, 1, std => std / (Range.High - Range.Low));

    // One number stands for all channels.
    private float[] PerChannel(IReadOnlyList<float>? values, float none, Func<float, float> scale) =>
        [.. (values is null or [] ? Enumerable.Repeat(none, Shape.Channels)
            : values is [var one] ? Enumerable.Repeat(one, Shape.Channels) : values).Select(scale)];
}
