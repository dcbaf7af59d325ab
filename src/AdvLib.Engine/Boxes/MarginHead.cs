using AdvLib.Layers;
using AdvLib.Numerics;

namespace AdvLib.Boxes;

/// <summary>
/// The last dense layer, elided (Gowal et al. 2019): bounds of the differences between the true class's logit and the others', from the
/// differences of their weights, which is tighter than a difference of bounds. <c>z_j - z_y = m (W_j - W_y) + b_j - b_y +- r |W_j -
/// W_y|</c>.
/// </summary>
internal sealed unsafe class MarginHead
{
    private readonly Box _input;
    private readonly DenseLayer? _dense;
    private readonly AlignedBuffer _identity;
    private readonly float _slack;
    private readonly Action<int, int> _worst;
    private readonly Action<int, int> _clean;
    private readonly Action<int, int> _inputs;
    private readonly Action<int, int> _kernel;
    private AlignedBuffer _logits = new(0);
    private AlignedBuffer _slopes = new(0);
    private int[] _labels = [];
    private int _boxes;
    private int _images;

    /// <summary>Creates the head.</summary>
    /// <param name="input">The boxes before it.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="dense">The last layer; null where it is not dense, and the boxes are those of the logits.</param>
    public MarginHead(Box input, int classes, DenseLayer? dense)
    {
        (_input, Classes, _dense) = (input, classes, dense);
        _identity = new AlignedBuffer(dense is null ? classes * (classes + 1) : 0);
        for (int c = 0; c < classes && dense is null; c++)
            _identity.Pointer[c * classes + c] = 1;
        _slack = Rounding.OfSum(input.Size + 2);
        _worst = ForwardBoxes;
        _clean = ForwardImages;
        _inputs = BackwardInputs;
        _kernel = BackwardKernel;
    }

    public int Classes { get; }

    /// <summary>The layer whose parameters it uses.</summary>
    public EngineLayer? Centres => _dense;

    /// <summary>Training: the worst logits of the boxes, then the logits of the images.</summary>
    public Span<float> Logits => _logits.Span[..((_boxes + _images) * Classes)];

    /// <summary>Training: what the loss's gradient by <see cref="Logits"/> is.</summary>
    public Span<float> Slopes => _slopes.Span[..((_boxes + _images) * Classes)];

    private float* Kernel => _dense is null ? _identity.Pointer : _dense.Kernel.Value;

    private float* Bias => _dense is null ? _identity.Pointer + Classes * Classes : _dense.Bias.Value;

    public void Reserve(int rows)
    {
        _logits = AlignedBuffer.AtLeast(_logits, rows * Classes);
        _slopes = AlignedBuffer.AtLeast(_slopes, rows * Classes);
    }

    /// <summary>Bounds of the logits of a box, sound in float32.</summary>
    public void Bound(int box, Span<float> lower, Span<float> upper)
    {
        for (int j = 0; j < Classes; j++)
        {
            (double centre, double radius, double magnitude) = (Bias[j], 0, Math.Abs(Bias[j]));
            for (int k = 0; k < _input.Size; k++)
            {
                double weight = Kernel[k * Classes + j];
                centre += weight * _input.Centre(box)[k];
                radius += Math.Abs(weight) * _input.Radius(box)[k];
                magnitude += Math.Abs(weight) * (Math.Abs(_input.Centre(box)[k]) + _input.Radius(box)[k]);
            }

            radius += _slack * magnitude;
            (lower[j], upper[j]) = (MathF.BitDecrement((float)(centre - radius)), MathF.BitIncrement((float)(centre + radius)));
        }
    }

    /// <summary>
    /// Lower bounds of how far the true class's logit of a box lies above each other one, sound in float32; 0 for itself.
    /// </summary>
    public void BoundMargins(int box, int label, Span<float> margins)
    {
        Span<double> centre = stackalloc double[Classes];
        Span<double> radius = stackalloc double[Classes];
        Span<double> magnitude = stackalloc double[Classes];
        radius.Clear();
        for (int j = 0; j < Classes; j++)
            (centre[j], magnitude[j]) = ((double)Bias[label] - Bias[j], Math.Abs(Bias[label]) + Math.Abs(Bias[j]));
        for (int k = 0; k < _input.Size; k++)
        {
            float* w = Kernel + k * Classes;
            (double own, double m, double r) = (w[label], _input.Centre(box)[k], _input.Radius(box)[k]);
            for (int j = 0; j < Classes; j++)
            {
                centre[j] += (own - w[j]) * m;
                radius[j] += Math.Abs(own - w[j]) * r;
                magnitude[j] += (Math.Abs(m) + r) * (Math.Abs(own) + Math.Abs(w[j]));
            }
        }

        for (int j = 0; j < Classes; j++)
            margins[j] = j == label ? 0 : MathF.BitDecrement((float)(centre[j] - radius[j] - (_slack * magnitude[j] + Rounding.Underflow)));
    }

    /// <summary>
    /// Some margins of a box, those above other classes than its own, as linear functions of the values before the head: where linear
    /// bounds begin.
    /// </summary>
    /// <param name="bounds">The box's rows.</param>
    /// <param name="label">Its true class.</param>
    /// <param name="others">The other class of each row of all.</param>
    public void BeginLinear(LinearRows bounds, int label, ReadOnlySpan<int> others)
    {
        for (int row = bounds.First; row < bounds.End; row++)
        {
            int j = others[row];
            float* a = _input.Slope(row);
            for (int k = 0; k < _input.Size; k++)
                a[k] = Kernel[k * Classes + label] - Kernel[k * Classes + j];
            bounds.Add(row, (double)Bias[label] - Bias[j] - Lost(bounds.Box, label, j));
        }
    }

    public void ForwardTraining(ThreadTeam team, ReadOnlySpan<int> labels, int images)
    {
        (_boxes, _images) = (labels.Length, images);
        if (_labels.Length < labels.Length)
            _labels = new int[labels.Length];
        labels.CopyTo(_labels);
        team.Run(_boxes, _worst);
        team.Run(_images, _clean);
    }

    public void BackwardTraining(ThreadTeam team)
    {
        team.Run(_boxes + _images, _inputs);
        team.Run(_input.Size, _kernel);
        Span<float> bias = _dense!.Bias.Gradients;
        bias.Clear();
        for (int i = 0; i < _boxes + _images; i++)
        {
            for (int j = 0; j < Classes; j++)
            {
                float slope = Slopes[i * Classes + j];
                bias[j] += slope;
                if (i < _boxes)
                    bias[_labels[i]] -= slope;
            }
        }
    }

    // What rounding may take off a difference of two computed logits.
    private double Lost(int box, int label, int other)
    {
        double magnitude = Math.Abs(Bias[label]) + Math.Abs(Bias[other]);
        for (int k = 0; k < _input.Size; k++)
        {
            double largest = Math.Abs(_input.Centre(box)[k]) + _input.Radius(box)[k];
            magnitude += largest * ((double)Math.Abs(Kernel[k * Classes + label]) + Math.Abs(Kernel[k * Classes + other]));
        }

        return _slack * magnitude + Rounding.Underflow;
    }

    private void ForwardBoxes(int from, int to)
    {
        float* kernel = Kernel;
        for (int i = from; i < to; i++)
        {
            int label = _labels[i];
            float* z = _logits.Pointer + i * Classes;
            for (int j = 0; j < Classes; j++)
                z[j] = Bias[j] - Bias[label];
            for (int k = 0; k < _input.Size; k++)
            {
                float* w = kernel + k * Classes;
                float own = w[label];
                float m = _input.Centre(i)[k];
                float r = _input.Radius(i)[k];
                for (int j = 0; j < Classes; j++)
                {
                    float weight = w[j] - own;
                    z[j] += weight * m + MathF.Abs(weight) * r;
                }
            }
        }
    }

    private void ForwardImages(int from, int to)
    {
        for (int i = _boxes + from; i < _boxes + to; i++)
        {
            float* z = _logits.Pointer + i * Classes;
            for (int j = 0; j < Classes; j++)
                z[j] = Bias[j];
            for (int k = 0; k < _input.Size; k++)
            {
                for (int j = 0; j < Classes; j++)
                    z[j] += Kernel[k * Classes + j] * _input.Centre(i)[k];
            }
        }
    }

    private void BackwardInputs(int from, int to)
    {
        float* kernel = Kernel;
        for (int i = from; i < to; i++)
        {
            bool isBox = i < _boxes;
            float* dz = _slopes.Pointer + i * Classes;
            for (int k = 0; k < _input.Size; k++)
            {
                float* w = kernel + k * Classes;
                float own = isBox ? w[_labels[i]] : 0;
                (float dm, float dr) = (0, 0);
                for (int j = 0; j < Classes; j++)
                {
                    dm += dz[j] * (w[j] - own);
                    dr += dz[j] * MathF.Abs(w[j] - own);
                }

                _input.Slope(i)[k] = dm;
                if (isBox)
                    _input.RadiusSlope(i)[k] = dr;
            }
        }
    }

    // A row of the kernel sums its gradient over all images in their order.
    private void BackwardKernel(int from, int to)
    {
        float* kernel = Kernel;
        float* gradient = _dense!.Kernel.Gradient;
        new Span<float>(gradient + (nint)from * Classes, (to - from) * Classes).Clear();
        for (int i = 0; i < _boxes + _images; i++)
        {
            bool isBox = i < _boxes;
            float* dz = _slopes.Pointer + i * Classes;
            for (int k = from; k < to; k++)
            {
                float* w = kernel + k * Classes;
                float* dw = gradient + k * Classes;
                float m = _input.Centre(i)[k];
                float r = isBox ? _input.Radius(i)[k] : 0;
                float own = isBox ? w[_labels[i]] : 0;
                float all = 0;
                for (int j = 0; j < Classes; j++)
                {
                    float weight = w[j] - own;
                    float slope = dz[j] * (weight < 0 ? m - r : weight > 0 ? m + r : m);
                    dw[j] += slope;
                    all += slope;
                }

                if (isBox)
                    dw[_labels[i]] -= all;
            }
        }
    }
}
