using AdvLib.Numerics;

namespace AdvLib.Layers;

/// <summary>Dropout: in training every value is multiplied by its factor, 0 or 1 / (1 - rate), and so is its gradient.</summary>
internal sealed unsafe class DropoutLayer : EngineLayer
{
    private readonly Dropout _dropout;
    private readonly Rng _masks;
    private readonly Action<int, int> _apply;
    private AlignedBuffer _factors = new(0);
    private float* _own;
    private float* _source;
    private float* _destination;

    public DropoutLayer(PlacedLayer place, Dropout dropout, Activation input, Rng masks)
        : base(place, input, inPlace: true)
    {
        (_dropout, _masks) = (dropout, masks);
        _apply = (from, to) => Vectors.Multiply(_source + from, _own + from, _destination + from, to - from);
    }

    public override void Reserve(int batch)
    {
        base.Reserve(batch);
        _factors = AlignedBuffer.AtLeast(_factors, batch * InputShape.Size);
    }

    public override void Forward(int from, int to)
    {
    }

    public override void Backward(int from, int to)
    {
    }

    public override void ForwardTraining(ThreadTeam team, int batch) => ForwardAmong(team, batch, first: 0, total: batch);

    /// <summary>
    /// Outputs of images that stand among those of a larger batch, for all of which the factors are drawn, as if they were here.
    /// </summary>
    public void ForwardAmong(ThreadTeam team, int batch, int first, int total)
    {
        int count = total * InputShape.Size;
        _factors = AlignedBuffer.AtLeast(_factors, count);
        _dropout.DrawFactors(_masks, _factors.Span[..count]);
        _own = _factors.Pointer + (nint)first * InputShape.Size;
        Apply(team, Input.Value, Output.Value, batch);
    }

    public override void BackwardTraining(ThreadTeam team, int batch, bool inputGradient)
    {
        if (inputGradient)
            Apply(team, Output.Gradient, Input.Gradient, batch);
    }

    private void Apply(ThreadTeam team, float* source, float* destination, int batch)
    {
        _source = source;
        _destination = destination;
        team.Run(batch * InputShape.Size, _apply);
    }
}
