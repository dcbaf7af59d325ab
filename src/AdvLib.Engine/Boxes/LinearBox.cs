using AdvLib.Layers;
using AdvLib.Numerics;

namespace AdvLib.Boxes;

/// <summary>
/// Convolution or dense layer of boxes: <c>m W + b</c> for the centres and <c>r |W|</c> for the radii, two of the engine's layers, of which
/// the second has the absolute weights. Backwards <c>dW = m^T dm + sign(W) r^T dr</c>.
/// </summary>
/// <remarks>
/// A linear bound a goes back as <c>a W^T</c>, which rounding changes by g |a| |W|^T at most; the network's own outputs, to which the bound
/// applies, are off by g (|b| + |W| X) where X is the largest magnitude of its inputs (<see cref="Rounding"/>). Both together lose at most
/// <c>g |a| Q</c>, <c>Q = |b| + X |W|</c>, with g of the terms of both sums together. Q is a third product forwards, of proofs alone.
/// </remarks>
internal sealed unsafe class LinearBox : BoxLayer
{
    private readonly LinearLayer _centres;
    private readonly LinearLayer _radii;
    private readonly LinearLayer? _magnitudes;
    private readonly float _slack;
    private readonly float _linearSlack;
    private readonly Action<int, int> _absolutes;
    private readonly Action<int, int> _addSigned;

    /// <summary>Creates the layer.</summary>
    /// <param name="place">What is computed.</param>
    /// <param name="input">Where its boxes come from.</param>
    /// <param name="proves">Whether it shall take linear bounds back.</param>
    public LinearBox(PlacedLayer place, Box input, bool proves)
        : this(input, Layer(place, input.Centres), Layer(place, input.Radii), proves ? Layer(place, new Activation(input.Size)) : null)
    {
    }

    private LinearBox(Box input, LinearLayer centres, LinearLayer radii, LinearLayer? magnitudes)
        : base(input, new Box(centres.OutputShape.Size, centres.Output, radii.Output))
    {
        (_centres, _radii, _magnitudes) = (centres, radii, magnitudes);
        _ = new NetworkParameters([radii]);
        if (magnitudes is not null)
            _ = new NetworkParameters([magnitudes]);
        _slack = Rounding.OfBox(centres.PatchSize + 1);
        _linearSlack = Rounding.OfSum(2 * centres.PatchSize + centres.Units + 1);
        _absolutes = (from, to) => BoxVectors.Abs(_centres.Kernel.Value + from, _radii.Kernel.Value + from, to - from);
        _addSigned = (from, to) => BoxVectors.AddSigned(
            _centres.Kernel.Value + from, _radii.Kernel.Gradient + from, _centres.Kernel.Gradient + from, to - from);
    }

    public override EngineLayer Centres => _centres;

    public override void Reserve(int rows, int boxes)
    {
        _centres.Reserve(rows);
        _radii.Reserve(boxes);
        _magnitudes?.Input.Reserve(boxes);
        _magnitudes?.Reserve(boxes);
    }

    public override void Prepare(ThreadTeam team, bool outward)
    {
        team.Run(_centres.Kernel.Length, _absolutes);
        for (int u = 0; u < _centres.Bias.Length; u++)
        {
            float bias = MathF.Abs(_centres.Bias.Value[u]);
            _radii.Bias.Value[u] = outward ? _slack * bias + Rounding.Underflow : 0;
            if (_magnitudes is not null)
                _magnitudes.Bias.Value[u] = bias;
        }

        if (_magnitudes is not null)
            _radii.Kernel.Values.CopyTo(_magnitudes.Kernel.Values);
    }

    public override void PrepareBackward(ThreadTeam team, int version)
    {
        _centres.PrepareBackward(team, version);
        _radii.PrepareBackward(team, version);
    }

    public override void Forward(int from, int to, bool magnitudes)
    {
        nint count = (nint)(to - from) * Input.Size;
        if (magnitudes && _magnitudes is not null)
        {
            BoxVectors.Magnitude(Input.Centre(from), Input.Radius(from), _magnitudes.Input.Value + (nint)from * Input.Size, count);
            _magnitudes.Forward(from, to);
        }

        _centres.Forward(from, to);

        // In place: a wider input box is one too.
        BoxVectors.Widen(Input.Centre(from), Input.Radius(from), _slack, Input.Radius(from), count);
        _radii.Forward(from, to);
    }

    public override void ForwardTraining(ThreadTeam team, int boxes, int images)
    {
        _centres.ForwardTraining(team, boxes + images);
        _radii.ForwardTraining(team, boxes);
    }

    public override void BackwardTraining(ThreadTeam team, int boxes, int images, bool inputGradient)
    {
        _centres.BackwardTraining(team, boxes + images, inputGradient);
        _radii.SumKernel(team, boxes);
        if (inputGradient)
            _radii.BackwardInputs(team, boxes);
        team.Run(_centres.Kernel.Length, _addSigned);
    }

    public override void BackwardLinear(ReadOnlySpan<LinearRows> bounds)
    {
        // All rows' coefficients in one product; what is left is their constants.
        _centres.Backward(bounds[0].First, bounds[^1].End);
        base.BackwardLinear(bounds);
    }

    protected override double BackwardLinear(int box, float* a, float* into)
    {
        float* largest = _magnitudes!.Output.Value + (nint)box * Output.Size;
        int units = _centres.Units;
        (double constant, double lost) = LinearVectors.Products(a, _centres.Bias.Value, largest, Output.Size / units, units);
        return constant - _linearSlack * lost - Rounding.Underflow;
    }

    private static LinearLayer Layer(PlacedLayer place, Activation input) => place.Layer is Conv2D convolution
        ? new Conv2DLayer(place, convolution, input)
        : new DenseLayer(place, input);
}
