using AdvLib.Numerics;

namespace AdvLib;

/// <summary>Rectified linear unit: <c>y = max(x, 0)</c>, <c>dx = dy where y > 0</c>.</summary>
public sealed unsafe class ReLU : ImagewiseLayer
{
    internal override string Kind => "re_lu";

    internal override bool InPlace => true;

    /// <summary>Set when the layer before rectifies its own output as it writes it.</summary>
    internal bool Fused { get; set; }

    /// <summary>Set when the batch normalization behind gates the gradient in its own pass.</summary>
    internal bool Gated { get; set; }

    internal override Shape Configure(Shape input) => input;

    internal override void Forward(int from, int to)
    {
        if (Fused)
            return;
        nint start = (nint)from * InputShape.Size;
        Vectors.Rectify(Input.Value + start, Output.Value + start, (nint)(to - from) * InputShape.Size);
    }

    internal override void Backward(int from, int to)
    {
        if (Gated)
            return;
        nint start = (nint)from * InputShape.Size;
        Vectors.Gate(Output.Value + start, Output.Gradient + start, Input.Gradient + start, (nint)(to - from) * InputShape.Size);
    }

    internal override void ForwardTraining(ThreadTeam team, int batch)
    {
        if (!Fused)
            base.ForwardTraining(team, batch);
    }

    internal override void BackwardTraining(ThreadTeam team, int batch, bool inputGradient)
    {
        if (!Gated)
            base.BackwardTraining(team, batch, inputGradient);
    }
}
