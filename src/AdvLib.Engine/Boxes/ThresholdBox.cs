namespace AdvLib.Boxes;

/// <summary>
/// A threshold of boxes: it never falls, so both ends are taken through it, exactly. Linear bounds end here, at its outputs' intervals:
/// that is all there is to know where it is the first layer, as it is meant to be.
/// </summary>
internal sealed unsafe class ThresholdBox : RowBox
{
    private readonly Threshold _threshold;
    private readonly float _low;
    private readonly float _high;
    private readonly float _scale;
    private readonly bool _isStep;

    public ThresholdBox(Threshold threshold, Box input)
        : base(input, new Box(input.Size))
    {
        _threshold = threshold;
        (_low, _high, _isStep) = (threshold.Low, threshold.High, threshold.IsStep);
        _scale = _isStep ? 1 : 1 / (_high - _low);
    }

    // What (x - low) / (high - low) may lose to rounding, in parts of the output's whole range; a step compares, which loses nothing.
    protected override float Slack => _isStep ? 0 : Rounding.Affine * (1 + (MathF.Abs(_low) + MathF.Abs(_high)) * _scale);

    protected override double BackwardLinear(int box, float* a, float* into)
    {
        double constant = 0;
        for (int i = 0; i < Input.Size; i++)
        {
            into[i] = 0;
            constant += (double)a[i] * Output.Centre(box)[i] - (double)MathF.Abs(a[i]) * Output.Radius(box)[i];
        }

        return constant;
    }

    // m + r may have been rounded down, to the step itself at most.
    private float Top(float x) => _isStep ? (x >= _low ? 1 : 0) : _threshold.Of(x);

    // Gradients go straight through a step.
    private bool IsBetween(float x) => _isStep || (x > _low && x < _high);

    protected override void ForwardRow(int row, bool isBox, float slack)
    {
        for (int i = 0; i < Input.Size; i++)
        {
            float m = Input.Centre(row)[i];
            float r = isBox ? Input.Radius(row)[i] : 0;
            (float bottom, float top) = (_threshold.Of(m - r), r > 0 ? Top(m + r) : _threshold.Of(m));
            Output.Centre(row)[i] = (top + bottom) * 0.5f;
            if (!isBox)
                continue;

            // Cut off for good, even by rounding: an interval of one value.
            bool isFlat = _isStep || m + r < _low - slack * (_high - _low) || m - r > _high + slack * (_high - _low);
            Output.Radius(row)[i] = (top - bottom) * 0.5f + (isFlat ? 0 : slack);
        }
    }

    protected override void BackwardRow(int row, bool isBox)
    {
        for (int i = 0; i < Input.Size; i++)
        {
            float m = Input.Centre(row)[i];
            float r = isBox ? Input.Radius(row)[i] : 0;
            float dm = Output.Slope(row)[i];
            float dr = isBox ? Output.RadiusSlope(row)[i] : 0;
            float low = IsBetween(m - r) ? (dm - dr) * 0.5f * _scale : 0;
            float high = IsBetween(m + r) ? (dm + dr) * 0.5f * _scale : 0;
            Input.Slope(row)[i] = high + low;
            if (isBox)
                Input.RadiusSlope(row)[i] = high - low;
        }
    }
}
