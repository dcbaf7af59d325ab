namespace AdvLib.Layers;

/// <summary><c>y = clamp((x - low) / (high - low), 0, 1)</c>, <c>dx = dy / (high - low)</c> between the bounds, else 0.</summary>
internal sealed unsafe class ThresholdLayer(PlacedLayer place, Threshold threshold, Activation input) : ImagewiseLayer(place, input)
{
    private readonly float _scale = 1 / (threshold.High - threshold.Low);

    public override void Forward(int from, int to)
    {
        for (nint i = (nint)from * InputShape.Size; i < (nint)to * InputShape.Size; i++)
            Output.Value[i] = Math.Clamp((Input.Value[i] - threshold.Low) * _scale, 0, 1);
    }

    public override void Backward(int from, int to)
    {
        for (nint i = (nint)from * InputShape.Size; i < (nint)to * InputShape.Size; i++)
            Input.Gradient[i] = Input.Value[i] > threshold.Low && Input.Value[i] < threshold.High ? Output.Gradient[i] * _scale : 0;
    }
}
