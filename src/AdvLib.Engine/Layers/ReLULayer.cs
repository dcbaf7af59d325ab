using AdvLib.Numerics;

namespace AdvLib.Layers;

/// <summary>Rectified linear unit: <c>y = max(x, 0)</c>, <c>dx = dy where y > 0</c>.</summary>
internal sealed unsafe class ReLULayer(PlacedLayer place, Activation input) : ImagewiseLayer(place, input, inPlace: true)
{
    /// <summary>Set when the layer before rectifies its own output as it writes it.</summary>
    public bool Fused { get; set; }

    /// <summary>Set when the batch normalization behind gates the gradient in its own pass.</summary>
    public bool Gated { get; set; }

    public override void Forward(int from, int to)
    {
        if (Fused)
            return;
        nint start = (nint)from * InputShape.Size;
        Vectors.Rectify(Input.Value + start, Output.Value + start, (nint)(to - from) * InputShape.Size);
    }

    public override void Backward(int from, int to)
    {
        if (Gated)
            return;
        nint start = (nint)from * InputShape.Size;
        Vectors.Gate(Output.Value + start, Output.Gradient + start, Input.Gradient + start, (nint)(to - from) * InputShape.Size);
    }

    public override void ForwardTraining(ThreadTeam team, int batch)
    {
        if (!Fused)
            base.ForwardTraining(team, batch);
    }

    public override void BackwardTraining(ThreadTeam team, int batch, bool inputGradient)
    {
        if (!Gated)
            base.BackwardTraining(team, batch, inputGradient);
    }
}
