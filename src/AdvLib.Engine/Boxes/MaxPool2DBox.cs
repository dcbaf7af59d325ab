namespace AdvLib.Boxes;

/// <summary>
/// Max pooling of boxes: the largest lower and the largest upper end of each window. Linear bounds take from below the place whose lower
/// end is largest, and from above that place where no other can exceed it, else the largest upper end.
/// </summary>
internal sealed unsafe class MaxPool2DBox : RowBox
{
    private readonly Shape _in;
    private readonly Shape _out;
    private readonly int _size;
    private readonly int _stride;
    private int[] _lower = [];
    private int[] _upper = [];

    public MaxPool2DBox(PlacedLayer place, MaxPool2D pooling, Box input)
        : base(input, new Box(place.Output.Size))
    {
        (_in, _out, _size, _stride) = (place.Input, place.Output, pooling.Size, pooling.Stride);
    }

    protected override float Slack => Rounding.ElementWise;

    public override void Reserve(int rows, int boxes)
    {
        base.Reserve(rows, boxes);
        if (_lower.Length < rows * _out.Size)
            (_lower, _upper) = (new int[rows * _out.Size], new int[rows * _out.Size]);
    }

    protected override double BackwardLinear(int box, float* a, float* into)
    {
        float* m = Input.Centre(box);
        float* r = Input.Radius(box);
        new Span<float>(into, Input.Size).Clear();
        double constant = 0;
        for (int o = 0; o < _out.Size; o++)
        {
            int low = _lower[box * _out.Size + o];
            int high = _upper[box * _out.Size + o];
            double top = (double)m[high] + r[high];
            if (a[o] >= 0 || (low == high && IsAlone(o, low, m, r)))
            {
                // Windows may overlap, so that this is a sum; what it loses stays below this share of its terms.
                into[low] += a[o];
                constant -= _size * _size * (double)Rounding.ElementWise * Math.Abs(a[o]) * (Math.Abs(m[low]) + r[low]);
            }
            else
            {
                constant += a[o] * top;
            }
        }

        return constant;
    }

    // Whether no other value of an output's window can exceed the one at a place.
    private bool IsAlone(int output, int place, float* m, float* r)
    {
        int origin = Origin(output);
        double low = (double)m[place] - r[place];
        for (int y = 0; y < _size; y++)
        {
            for (int x = 0; x < _size; x++)
            {
                int at = origin + (y * _in.Width + x) * _in.Channels;
                if (at != place && (double)m[at] + r[at] > low)
                    return false;
            }
        }

        return true;
    }

    protected override void ForwardRow(int row, bool isBox, float slack)
    {
        float* m = Input.Centre(row);
        float* r = isBox ? Input.Radius(row) : null;
        for (int o = 0; o < _out.Size; o++)
        {
            int origin = Origin(o);
            (int low, int high) = (origin, origin);
            float magnitude = 0;
            for (int y = 0; y < _size; y++)
            {
                for (int x = 0; x < _size; x++)
                {
                    int at = origin + (y * _in.Width + x) * _in.Channels;
                    float radius = isBox ? r[at] : 0;
                    low = m[at] - radius > m[low] - (isBox ? r[low] : 0) ? at : low;
                    high = m[at] + radius > m[high] + (isBox ? r[high] : 0) ? at : high;
                    magnitude = MathF.Max(magnitude, MathF.Abs(m[at]) + radius);
                }
            }

            (_lower[row * _out.Size + o], _upper[row * _out.Size + o]) = (low, high);
            float bottom = m[low] - (isBox ? r[low] : 0);
            float top = m[high] + (isBox ? r[high] : 0);
            Output.Centre(row)[o] = (top + bottom) * 0.5f;
            if (isBox)
                Output.Radius(row)[o] = (top - bottom) * 0.5f + slack * magnitude;
        }
    }

    protected override void BackwardRow(int row, bool isBox)
    {
        new Span<float>(Input.Slope(row), Input.Size).Clear();
        if (isBox)
            new Span<float>(Input.RadiusSlope(row), Input.Size).Clear();
        for (int o = 0; o < _out.Size; o++)
        {
            int low = _lower[row * _out.Size + o];
            int high = _upper[row * _out.Size + o];
            float dm = Output.Slope(row)[o];
            if (!isBox)
            {
                Input.Slope(row)[high] += dm;
                continue;
            }

            float dr = Output.RadiusSlope(row)[o];
            Input.Slope(row)[low] += (dm - dr) * 0.5f;
            Input.RadiusSlope(row)[low] -= (dm - dr) * 0.5f;
            Input.Slope(row)[high] += (dm + dr) * 0.5f;
            Input.RadiusSlope(row)[high] += (dm + dr) * 0.5f;
        }
    }

    private int Origin(int output)
    {
        (int pixel, int channel) = Math.DivRem(output, _out.Channels);
        (int row, int column) = Math.DivRem(pixel, _out.Width);
        return (row * _stride * _in.Width + column * _stride) * _in.Channels + channel;
    }
}
