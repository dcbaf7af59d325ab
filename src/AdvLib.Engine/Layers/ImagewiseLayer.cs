using AdvLib.Numerics;

namespace AdvLib.Layers;

/// <summary>A layer without parameters that treats every image by itself, in training as in inference.</summary>
internal abstract class ImagewiseLayer : EngineLayer
{
    private readonly Action<int, int> _forward;
    private readonly Action<int, int> _backward;

    protected ImagewiseLayer(PlacedLayer place, Activation input, bool inPlace = false)
        : base(place, input, inPlace)
    {
        _forward = Forward;
        _backward = Backward;
    }

    public override void ForwardTraining(ThreadTeam team, int batch) => team.RunEvenly(batch, _forward);

    public override void BackwardTraining(ThreadTeam team, int batch, bool inputGradient)
    {
        if (inputGradient)
            team.RunEvenly(batch, _backward);
    }
}
