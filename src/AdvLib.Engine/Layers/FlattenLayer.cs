namespace AdvLib.Layers;

/// <summary>A change of shape alone: row-major memory stays as it is.</summary>
internal sealed class FlattenLayer(PlacedLayer place, Activation input) : ImagewiseLayer(place, input, inPlace: true)
{
    public override void Forward(int from, int to)
    {
    }

    public override void Backward(int from, int to)
    {
    }
}
