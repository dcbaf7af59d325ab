namespace AdvLib.Layers;

/// <summary>A threshold: <see cref="Threshold.Of"/> forwards, <see cref="Threshold.Slope"/> backwards.</summary>
internal sealed unsafe class ThresholdLayer(PlacedLayer place, Threshold threshold, Activation input) : ImagewiseLayer(place, input)
{
    public override void Forward(int from, int to)
    {
        for (nint i = (nint)from * InputShape.Size; i < (nint)to * InputShape.Size; i++)
            Output.Value[i] = threshold.Of(Input.Value[i]);
    }

    public override void Backward(int from, int to)
    {
        for (nint i = (nint)from * InputShape.Size; i < (nint)to * InputShape.Size; i++)
            Input.Gradient[i] = Output.Gradient[i] * threshold.Slope(Input.Value[i]);
    }
}
