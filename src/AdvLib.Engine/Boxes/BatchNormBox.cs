using AdvLib.Layers;
using AdvLib.Numerics;

namespace AdvLib.Boxes;

/// <summary>
/// Batch normalization of boxes: the centres are normalized, the radii multiplied by |gamma| / sigma. In training mean and sigma are those
/// of the centres (Gowal et al. 2019), and the radii's gradient goes through sigma too; in inference the layer is affine.
/// </summary>
internal sealed unsafe class BatchNormBox : BoxLayer
{
    private readonly BatchNormLayer _centres;
    private readonly int _channels;
    private readonly int _rows;
    private readonly Action<int, int> _scale;
    private readonly Action<int, int> _backward;
    private AlignedBuffer _absolutes = new(0);
    private AlignedBuffer _offsets = new(0);
    private AlignedBuffer _slack = new(0);
    private AlignedBuffer _sums = new(0);

    public BatchNormBox(PlacedLayer place, BatchNorm normalization, Box input)
        : this(input, new BatchNormLayer(place, normalization, input.Centres))
    {
    }

    private BatchNormBox(Box input, BatchNormLayer centres)
        : base(input, new Box(input.Size, centres.Output, new Activation(input.Size)))
    {
        _centres = centres;
        _channels = centres.InputShape.Channels;
        _rows = input.Size / _channels;
        _scale = Scale;
        _backward = Backward;
        ScaleGradients = new AlignedBuffer(_channels);
        centres.ScaleGradients = ScaleGradients;
    }

    public override EngineLayer Centres => _centres;

    private AlignedBuffer ScaleGradients { get; }

    public override void Reserve(int rows, int boxes)
    {
        _centres.Reserve(rows);
        base.Reserve(rows, boxes);
        _absolutes = AlignedBuffer.AtLeast(_absolutes, _channels);
        _offsets = AlignedBuffer.AtLeast(_offsets, _channels);
        _slack = AlignedBuffer.AtLeast(_slack, _channels);
        _sums = AlignedBuffer.AtLeast(_sums, boxes * _channels);
    }

    public override void Prepare(ThreadTeam team, bool outward)
    {
        if (!outward)
            return;
        _centres.PrepareForward(team);
        for (int c = 0; c < _channels; c++)
        {
            // The terms of the usual forms: gamma x / sigma, gamma mean / sigma and beta.
            float scale = _absolutes.Pointer[c] = MathF.Abs(_centres.Scale[c]);
            _offsets.Pointer[c] = scale * MathF.Abs(_centres.Mean[c]) + MathF.Abs(_centres.Offset[c]) + Rounding.Underflow;
            _slack.Pointer[c] = Rounding.Affine * _offsets.Pointer[c];
        }
    }

    public override void Forward(int from, int to, bool magnitudes)
    {
        _centres.Forward(from, to);
        BoxVectors.Widen(Input.Centre(from), Input.Radius(from), Rounding.Affine, Input.Radius(from), (nint)(to - from) * Input.Size);
        Scale(from, to);
        for (int row = from * _rows; row < to * _rows; row++)
            Vectors.Add(_slack.Pointer, Output.Radius(0) + (nint)row * _channels, _channels);
    }

    public override void ForwardTraining(ThreadTeam team, int boxes, int images)
    {
        _centres.ForwardTraining(team, boxes + images);
        BoxVectors.Abs(_centres.Scale, _absolutes.Pointer, _channels);
        team.RunEvenly(boxes, _scale);
    }

    public override void BackwardTraining(ThreadTeam team, int boxes, int images, bool inputGradient)
    {
        // The centres' backward pass goes on from here: sigma and gamma are its, and the radii depend on them too.
        team.RunEvenly(boxes, _backward);
        Vectors.ColumnSums(_sums.Pointer, boxes, _channels, 0, _channels, ScaleGradients.Pointer);
        for (int c = 0; c < _channels; c++)
            ScaleGradients.Pointer[c] *= MathF.Sign(_centres.Scale[c]);
        _centres.BackwardTraining(team, boxes + images, inputGradient);
    }

    protected override double BackwardLinear(int box, float* a, float* into)
    {
        // Whole rows of channels: what the bound loses is lost to |gamma / sigma| (|m| + r) + offset.
        Vectors.Scale(a, _centres.Scale, into, _rows, _channels);
        double constant = 0;
        double lost = 0;
        for (int row = 0; row < _rows; row++)
        {
            nint at = (nint)row * _channels;
            (double shifted, double moved) = LinearVectors.Affine(
                a + at, _centres.Shift, Input.Centre(box) + at, Input.Radius(box) + at, _absolutes.Pointer, _offsets.Pointer, _channels);
            (constant, lost) = (constant + shifted, lost + moved);
        }

        return constant - Rounding.Affine * lost;
    }

    private void Scale(int from, int to) =>
        Vectors.Scale(Input.Radius(from), _absolutes.Pointer, Output.Radius(from), (to - from) * _rows, _channels);

    // Also sums each box's r dr by channel, which is what the scale's magnitude has as a gradient.
    private void Backward(int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            float* sums = _sums.Pointer + (nint)i * _channels;
            new Span<float>(sums, _channels).Clear();
            for (int row = 0; row < _rows; row++)
            {
                float* slope = Output.RadiusSlope(i) + (nint)row * _channels;
                BoxVectors.AddProducts(Input.Radius(i) + (nint)row * _channels, slope, sums, _channels);
                Vectors.Multiply(slope, _absolutes.Pointer, Input.RadiusSlope(i) + (nint)row * _channels, _channels);
            }
        }
    }
}
