using AdvLib.Numerics;

namespace AdvLib.Boxes;

/// <summary>
/// Max pooling of boxes: the largest lower and the largest upper end of each window. Linear bounds take from below the place whose lower
/// end is largest, and from above that place where no other can exceed it, else the largest upper end.
/// </summary>
internal sealed unsafe class MaxPool2DBox : BoxLayer
{
    private readonly Shape _in;
    private readonly Shape _out;
    private readonly int _size;
    private readonly int _stride;
    private readonly Action<int, int> _forward;
    private readonly Action<int, int> _backward;
    private int[] _lower = [];
    private int[] _upper = [];
    private int _boxes;

    public MaxPool2DBox(PlacedLayer place, MaxPool2D pooling, Box input)
        : base(input, new Box(place.Output.Size))
    {
        (_in, _out, _size, _stride) = (place.Input, place.Output, pooling.Size, pooling.Stride);
        _forward = (from, to) => Pool(from, to, slack: 0);
        _backward = Backward;
    }

    public override void Reserve(int rows, int boxes)
    {
        base.Reserve(rows, boxes);
        if (_lower.Length < rows * _out.Size)
            (_lower, _upper) = (new int[rows * _out.Size], new int[rows * _out.Size]);
    }

    public override void Forward(int from, int to, bool magnitudes)
    {
        _boxes = int.MaxValue;
        Pool(from, to, Rounding.ElementWise);
    }

    public override void ForwardTraining(ThreadTeam team, int boxes, int images)
    {
        _boxes = boxes;
        team.Run(boxes + images, _forward);
    }

    public override void BackwardTraining(ThreadTeam team, int boxes, int images, bool inputGradient)
    {
        if (inputGradient)
            team.Run(boxes + images, _backward);
    }

    public override void BackwardLinear(int box, LinearRows bounds)
    {
        float* m = Input.Centre(box);
        float* r = Input.Radius(box);
        for (int row = 0; row < bounds.Count; row++)
        {
            float* a = Output.Slope(bounds.First + row);
            float* into = Input.Slope(bounds.First + row);
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

            bounds.Add(row, constant);
        }
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

    private void Pool(int from, int to, float slack)
    {
        for (int i = from; i < to; i++)
        {
            bool isBox = i < _boxes;
            float* m = Input.Centre(i);
            float* r = isBox ? Input.Radius(i) : null;
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

                (_lower[i * _out.Size + o], _upper[i * _out.Size + o]) = (low, high);
                float bottom = m[low] - (isBox ? r[low] : 0);
                float top = m[high] + (isBox ? r[high] : 0);
                Output.Centre(i)[o] = (top + bottom) * 0.5f;
                if (isBox)
                    Output.Radius(i)[o] = (top - bottom) * 0.5f + slack * magnitude;
            }
        }
    }

    private void Backward(int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            bool isBox = i < _boxes;
            new Span<float>(Input.Slope(i), Input.Size).Clear();
            if (isBox)
                new Span<float>(Input.RadiusSlope(i), Input.Size).Clear();
            for (int o = 0; o < _out.Size; o++)
            {
                int low = _lower[i * _out.Size + o];
                int high = _upper[i * _out.Size + o];
                float dm = Output.Slope(i)[o];
                if (!isBox)
                {
                    Input.Slope(i)[high] += dm;
                    continue;
                }

                float dr = Output.RadiusSlope(i)[o];
                Input.Slope(i)[low] += (dm - dr) * 0.5f;
                Input.RadiusSlope(i)[low] -= (dm - dr) * 0.5f;
                Input.Slope(i)[high] += (dm + dr) * 0.5f;
                Input.RadiusSlope(i)[high] += (dm + dr) * 0.5f;
            }
        }
    }

    private int Origin(int output)
    {
        (int pixel, int channel) = Math.DivRem(output, _out.Channels);
        (int row, int column) = Math.DivRem(pixel, _out.Width);
        return (row * _stride * _in.Width + column * _stride) * _in.Channels + channel;
    }
}
