using AdvLib.Numerics;

namespace AdvLib;

/// <summary>
/// Batch normalization (Ioffe and Szegedy, 2015) over the channels: <c>y = gamma (x - mean) / sqrt(variance + epsilon) + beta</c>, with the
/// batch's mean and population variance in training and moving averages of them in inference.
/// </summary>
public sealed unsafe class BatchNorm : Layer
{
    // Rows whose statistics one thread computes at a time. A fixed number: partial sums must not depend on the thread count.
    private const int RowBlock = 128;

    private readonly float _epsilon;
    private readonly float _momentum;
    private readonly Action<int, int> _normalize;
    private readonly Action<int, int> _moments;
    private readonly Action<int, int> _gradientSums;
    private readonly Action<int, int> _inputGradient;
    private AlignedBuffer _partialA = new(0);
    private AlignedBuffer _partialB = new(0);
    private AlignedBuffer _scale = new(0);
    private AlignedBuffer _shift = new(0);
    private AlignedBuffer _mean = new(0);
    private AlignedBuffer _inverse = new(0);
    private AlignedBuffer _inputScale = new(0);
    private int _rows;

    /// <summary>Creates the layer.</summary>
    /// <param name="momentum">Share of the old value in each update of a moving average, in [0, 1).</param>
    /// <param name="epsilon">Added to the variance, positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public BatchNorm(float momentum = 0.99f, float epsilon = 1e-3f)
    {
        if (!(momentum is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(momentum), momentum, "The momentum must be at least 0 and below 1, for example 0.99.");
        if (!(epsilon > 0) || !float.IsFinite(epsilon))
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "The epsilon must be positive and finite, for example 0.001.");
        _momentum = momentum;
        _epsilon = epsilon;
        _normalize = Normalize;
        _moments = ComputeMoments;
        _gradientSums = ComputeGradientSums;
        _inputGradient = ComputeInputGradient;
    }

    internal override string Kind => "batch_normalization";

    /// <summary>Set when the layer before normalizes its own output in inference.</summary>
    internal bool Fused { get; set; }

    /// <summary>Set when the input is a ReLU's output, whose backward pass is then part of this layer's.</summary>
    internal bool GatesReLU { get; set; }

    /// <summary>Where a fused layer before writes.</summary>
    internal float* OutputValue => Output.Value;

    /// <summary><c>gamma / sigma</c>, with the slack a matrix product reads.</summary>
    internal float* Scale => _scale.Pointer;

    /// <summary><c>beta - mean gamma / sigma</c>, with slack.</summary>
    internal float* Shift => _shift.Pointer;

    private int Channels => InputShape.Channels;

    private int RowsPerImage => InputShape.Height * InputShape.Width;

    private Parameter Gamma => Parameters[0];

    private Parameter Beta => Parameters[1];

    private Parameter MovingMean => Parameters[2];

    private Parameter MovingVariance => Parameters[3];

    internal override Shape Configure(Shape input) => input;

    internal override IReadOnlyList<Parameter> DeclareParameters()
    {
        int[] shape = [Channels];
        return
        [
            new("gamma", shape, trainable: true),
            new("beta", shape, trainable: true),
            new("moving_mean", shape, trainable: false),
            new("moving_variance", shape, trainable: false),
        ];
    }

    internal override void Initialize(Rng rng)
    {
        Gamma.Values.Fill(1);
        Beta.Values.Clear();
        MovingMean.Values.Clear();
        MovingVariance.Values.Fill(1);
    }

    internal override void Reserve(int batch)
    {
        base.Reserve(batch);
        int blocks = (batch * RowsPerImage + RowBlock - 1) / RowBlock;
        _partialA = AlignedBuffer.AtLeast(_partialA, blocks * Channels);
        _partialB = AlignedBuffer.AtLeast(_partialB, blocks * Channels);
        _scale = AlignedBuffer.AtLeast(_scale, Channels);
        _shift = AlignedBuffer.AtLeast(_shift, Channels);
        _mean = AlignedBuffer.AtLeast(_mean, Channels);
        _inverse = AlignedBuffer.AtLeast(_inverse, Channels);
        _inputScale = AlignedBuffer.AtLeast(_inputScale, Channels);
    }

    internal override void PrepareForward(ThreadTeam team)
    {
        MovingMean.Values.CopyTo(_mean.Span);
        for (int c = 0; c < Channels; c++)
            _inverse.Pointer[c] = 1 / MathF.Sqrt(MovingVariance.Value[c] + _epsilon);
        FoldIntoAffine();
    }

    internal override void Forward(int from, int to)
    {
        if (!Fused)
            Normalize(from, to);
    }

    // In inference the statistics are constants: dx = gamma / sqrt(variance + epsilon) dy.
    internal override void Backward(int from, int to)
    {
        nint start = (nint)from * InputShape.Size;
        int rows = (to - from) * RowsPerImage;
        if (GatesReLU)
            Vectors.ScaleGated(Output.Gradient + start, _scale.Pointer, Output.Value + start, _shift.Pointer, Input.Gradient + start, rows, Channels);
        else
            Vectors.Scale(Output.Gradient + start, _scale.Pointer, Input.Gradient + start, rows, Channels);
    }

    internal override void ForwardTraining(ThreadTeam team, int batch)
    {
        _rows = batch * RowsPerImage;
        team.Run((_rows + RowBlock - 1) / RowBlock, _moments);
        MergeMoments();
        FoldIntoAffine();
        team.Run(batch, _normalize);
    }

    // dbeta = sum dy, dgamma = sum dy xhat, dx = gamma / sigma (dy - dbeta / n - xhat dgamma / n), with xhat = (x - mean) / sigma.
    internal override void BackwardTraining(ThreadTeam team, int batch, bool inputGradient)
    {
        int blocks = (_rows + RowBlock - 1) / RowBlock;
        team.Run(blocks, _gradientSums);
        for (int c = 0; c < Channels; c++)
        {
            double sum = 0;
            double product = 0;
            for (int b = 0; b < blocks; b++)
            {
                sum += _partialA.Pointer[b * Channels + c];
                product += _partialB.Pointer[b * Channels + c];
            }

            float inverse = _inverse.Pointer[c];
            Beta.Gradient[c] = (float)sum;
            Gamma.Gradient[c] = (float)(product * inverse);
            float slope = -_scale.Pointer[c] * inverse * Gamma.Gradient[c] / _rows;
            _inputScale.Pointer[c] = slope;
            _shift.Pointer[c] = -_scale.Pointer[c] * Beta.Gradient[c] / _rows - slope * _mean.Pointer[c];
        }

        if (inputGradient)
            team.Run(batch, _inputGradient);
    }

    private void Normalize(int from, int to)
    {
        nint start = (nint)from * InputShape.Size;
        Vectors.Affine(Input.Value + start, _scale.Pointer, _shift.Pointer, Output.Value + start, (to - from) * RowsPerImage, Channels);
    }

    private void ComputeInputGradient(int from, int to)
    {
        nint start = (nint)from * InputShape.Size;
        float* dy = Output.Gradient + start;
        float* x = Input.Value + start;
        float* dx = Input.Gradient + start;
        int rows = (to - from) * RowsPerImage;
        if (GatesReLU)
            Vectors.Affine2Gated(dy, _scale.Pointer, x, _inputScale.Pointer, _shift.Pointer, dx, rows, Channels);
        else
            Vectors.Affine2(dy, _scale.Pointer, x, _inputScale.Pointer, _shift.Pointer, dx, rows, Channels);
    }

    private void ComputeMoments(int from, int to)
    {
        for (int b = from; b < to; b++)
        {
            int rows = Math.Min(RowBlock, _rows - b * RowBlock);
            Vectors.Moments(Input.Value + (nint)b * RowBlock * Channels, rows, Channels, _partialA.Pointer + b * Channels, _partialB.Pointer + b * Channels);
        }
    }

    private void ComputeGradientSums(int from, int to)
    {
        for (int b = from; b < to; b++)
        {
            int rows = Math.Min(RowBlock, _rows - b * RowBlock);
            nint start = (nint)b * RowBlock * Channels;
            Vectors.GradientSums(
                Output.Gradient + start, Input.Value + start, _mean.Pointer, rows, Channels, _partialA.Pointer + b * Channels, _partialB.Pointer + b * Channels);
        }
    }

    // Partial means and squared deviations are merged in block order (Chan, Golub and LeVeque, 1979).
    private void MergeMoments()
    {
        for (int c = 0; c < Channels; c++)
        {
            double mean = 0;
            double deviation = 0;
            for (int b = 0, seen = 0; seen < _rows; b++)
            {
                int rows = Math.Min(RowBlock, _rows - seen);
                double delta = _partialA.Pointer[b * Channels + c] - mean;
                int total = seen + rows;
                mean += delta * rows / total;
                deviation += _partialB.Pointer[b * Channels + c] + delta * delta * seen * rows / total;
                seen = total;
            }

            double variance = deviation / _rows;
            _mean.Pointer[c] = (float)mean;
            _inverse.Pointer[c] = (float)(1 / Math.Sqrt(variance + _epsilon));
            MovingMean.Value[c] = _momentum * MovingMean.Value[c] + (1 - _momentum) * (float)mean;
            MovingVariance.Value[c] = _momentum * MovingVariance.Value[c] + (1 - _momentum) * (float)variance;
        }
    }

    private void FoldIntoAffine()
    {
        for (int c = 0; c < Channels; c++)
        {
            _scale.Pointer[c] = Gamma.Value[c] * _inverse.Pointer[c];
            _shift.Pointer[c] = Beta.Value[c] - _mean.Pointer[c] * _scale.Pointer[c];
        }
    }
}
