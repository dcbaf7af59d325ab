using AdvLib.Numerics;

namespace AdvLib;

/// <summary>A layer without parameters that treats every image by itself, in training as in inference.</summary>
public abstract class ImagewiseLayer : Layer
{
    private readonly Action<int, int> _forward;
    private readonly Action<int, int> _backward;

    private protected ImagewiseLayer()
    {
        _forward = Forward;
        _backward = Backward;
    }

    internal override void ForwardTraining(ThreadTeam team, int batch) => team.Run(batch, _forward);

    internal override void BackwardTraining(ThreadTeam team, int batch, bool inputGradient)
    {
        if (inputGradient)
            team.Run(batch, _backward);
    }
}
