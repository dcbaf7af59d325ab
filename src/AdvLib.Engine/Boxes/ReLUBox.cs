using AdvLib.Numerics;

namespace AdvLib.Boxes;

/// <summary>
/// ReLU of boxes: both ends are rectified. Linear bounds take the line through the ends from above, <c>u (x - l) / (u - l)</c>, and 0 or x
/// from below, whichever lies closer (Zhang et al. 2018).
/// </summary>
internal sealed unsafe class ReLUBox : BoxLayer
{
    private readonly Action<int, int> _forward;
    private readonly Action<int, int> _backward;
    private readonly Action<int, int> _forwardImages;
    private readonly Action<int, int> _backwardImages;
    private int _boxes;

    public ReLUBox(Box input)
        : base(input, new Box(input.Size))
    {
        _forward = (from, to) => Rectify(from, to, slack: 0);
        _backward = Backward;
        _forwardImages = (from, to) =>
            Vectors.Rectify(Input.Centre(_boxes + from), Output.Centre(_boxes + from), (nint)(to - from) * Input.Size);
        _backwardImages = (from, to) =>
            Vectors.Gate(
                Input.Centre(_boxes + from), Output.Slope(_boxes + from), Input.Slope(_boxes + from), (nint)(to - from) * Input.Size);
    }

    public override void Forward(int from, int to, bool magnitudes) => Rectify(from, to, Rounding.ElementWise);

    public override void ForwardTraining(ThreadTeam team, int boxes, int images)
    {
        _boxes = boxes;
        team.RunEvenly(boxes, _forward);
        team.RunEvenly(images, _forwardImages);
    }

    public override void BackwardTraining(ThreadTeam team, int boxes, int images, bool inputGradient)
    {
        if (!inputGradient)
            return;
        team.RunEvenly(boxes, _backward);
        team.RunEvenly(images, _backwardImages);
    }

    protected override double BackwardLinear(int box, float* a, float* into) =>
        LinearVectors.Rectify(Input.Centre(box), Input.Radius(box), Rounding.ElementWise, a, into, Input.Size);

    private void Rectify(int from, int to, float slack) => BoxVectors.Rectify(
        Input.Centre(from), Input.Radius(from), slack, Output.Centre(from), Output.Radius(from), (nint)(to - from) * Input.Size);

    private void Backward(int from, int to) => BoxVectors.RectifyBackward(
        Input.Centre(from), Input.Radius(from), Output.Slope(from), Output.RadiusSlope(from), Input.Slope(from), Input.RadiusSlope(from),
        (nint)(to - from) * Input.Size);
}
