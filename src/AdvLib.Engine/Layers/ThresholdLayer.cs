namespace AdvLib.Layers;

/// <summary>
/// <c>y = clamp((x - low) / (high - low), 0, 1)</c>, <c>dx = dy / (high - low)</c> between the bounds, else 0; a step: 0 or 1, <c>dx = dy</c>.
/// </summary>
internal sealed unsafe class ThresholdLayer(PlacedLayer place, Threshold threshold, Activation input) : ImagewiseLayer(place, input)
{
    private readonly float _scale = 1 / (threshold.High - threshold.Low);

    public override void Forward(int from, int to)
    {
        Span<float> x = Values(Input.Value, InputShape.Size, from, to);
        Span<float> y = Values(Output.Value, InputShape.Size, from, to);
        for (int i = 0; i < x.Length; i++)
            y[i] = threshold.Of(x[i]);
    }

    public override void Backward(int from, int to)
    {
        Span<float> x = Values(Input.Value, InputShape.Size, from, to);
        Span<float> dx = Values(Input.Gradient, InputShape.Size, from, to);
        Span<float> dy = Values(Output.Gradient, InputShape.Size, from, to);
        if (threshold.IsStep)
        {
            // Its own slope is 0 and says nothing.
            dy.CopyTo(dx);
            return;
        }

        for (int i = 0; i < x.Length; i++)
            dx[i] = x[i] > threshold.Low && x[i] < threshold.High ? dy[i] * _scale : 0;
    }

    private static Span<float> Values(float* values, int size, int from, int to) => new(values + (nint)from * size, (to - from) * size);
}
