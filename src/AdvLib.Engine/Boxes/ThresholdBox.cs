namespace AdvLib.Boxes;

/// <summary>
/// A threshold of boxes: it never falls, so both ends are taken through it, exactly. Linear bounds end here, at its outputs' intervals:
/// that is all there is to know where it is the first layer, as it is meant to be.
/// </summary>
internal sealed unsafe class ThresholdBox(Threshold threshold, Box input) : RowBox(input, new Box(input.Size))
{
    // What (x - low) / (high - low) may lose to rounding, in parts of the output's whole range; a step compares, which loses nothing.
    protected override float Slack => threshold.IsStep
        ? 0
        : Rounding.Affine * (1 + (MathF.Abs(threshold.Low) + MathF.Abs(threshold.High)) * (1 / (threshold.High - threshold.Low)));

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
    private float Top(float x) => threshold.IsStep && x == threshold.Low ? 1 : threshold.Of(x);

    protected override void ForwardRow(int row, bool isBox, float slack)
    {
        for (int i = 0; i < Input.Size; i++)
        {
            float m = Input.Centre(row)[i];
            float r = isBox ? Input.Radius(row)[i] : 0;
            (float bottom, float top) = (threshold.Of(m - r), r > 0 ? Top(m + r) : threshold.Of(m));
            Output.Centre(row)[i] = (top + bottom) * 0.5f;
            if (!isBox)
                continue;

            // Cut off for good, even by rounding: an interval of one value.
            float margin = slack * (threshold.High - threshold.Low);
            bool isFlat = threshold.IsStep || m + r < threshold.Low - margin || m - r > threshold.High + margin;
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
            float low = (dm - dr) * 0.5f * threshold.Slope(m - r);
            float high = (dm + dr) * 0.5f * threshold.Slope(m + r);
            Input.Slope(row)[i] = high + low;
            if (isBox)
                Input.RadiusSlope(row)[i] = high - low;
        }
    }
}
