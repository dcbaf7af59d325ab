using AdvLib.Numerics;

namespace AdvLib;

/// <summary>
/// Batch normalization (Ioffe and Szegedy, 2015) over the channels: <c>y = gamma (x - mean) / sqrt(variance + epsilon) + beta</c>, with the
/// batch's mean and population variance in training and moving averages of them in inference.
/// </summary>
public sealed unsafe class BatchNorm : Layer
{
    private readonly float _epsilon;
    private readonly float _momentum;
    private readonly Action<int, int> _normalize;
    private readonly Action<int, int> _measureValues;
    private readonly Action<int, int> _measureGradients;
    private readonly Action<int, int> _inputGradient;

    // A row an image with two statistics of each channel, merged in the images' order, so that they do not depend on how threads share the
    // batch: forward means, then squared deviations; backward sums of dy, then of dy (x - mean). All ranks' images where several share the batch.
    private AlignedBuffer _statistics = new(0);
    private AlignedBuffer _inputGradientSums = new(0);
    private AlignedBuffer _deviation = new(0);
    private AlignedBuffer _spread = new(0);
    private AlignedBuffer _scale = new(0);
    private AlignedBuffer _shift = new(0);
    private AlignedBuffer _mean = new(0);
    private AlignedBuffer _inverse = new(0);
    private AlignedBuffer _inputScale = new(0);

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
        _measureValues = MeasureValues;
        _measureGradients = MeasureGradients;
        _inputGradient = ComputeInputGradient;
    }

    /// <summary>Share of the old value in each update of a moving average.</summary>
    public float Momentum => _momentum;

    /// <summary>Added to the variance.</summary>
    public float Epsilon => _epsilon;

    internal override string Kind => "batch_normalization";

    /// <summary>Set when the layer before normalizes its own output in inference, and measures it in training.</summary>
    internal bool Fused { get; set; }

    /// <summary>Set when the layer behind measures the gradient as it writes it.</summary>
    internal bool GradientMeasured { get; set; }

    /// <summary>Set when the input is a ReLU's output, whose backward pass is then part of this layer's.</summary>
    internal bool GatesReLU { get; set; }

    /// <summary>Where a fused layer before writes.</summary>
    internal float* OutputValue => Output.Value;

    /// <summary><c>gamma / sigma</c>, with the slack a matrix product reads.</summary>
    internal float* Scale => _scale.Pointer;

    /// <summary><c>beta - mean gamma / sigma</c>, with slack.</summary>
    internal float* Shift => _shift.Pointer;

    /// <summary>Each image's sums of the input gradient by channel: summed again, the bias gradient of the layer before.</summary>
    internal float* InputGradientSums => _inputGradientSums.Pointer;

    private int Channels => InputShape.Channels;

    private int StatisticsWidth => 2 * Channels;

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
        _statistics = AlignedBuffer.AtLeast(_statistics, batch * StatisticsWidth);
        _inputGradientSums = AlignedBuffer.AtLeast(_inputGradientSums, batch * Channels);
        _deviation = AlignedBuffer.AtLeast(_deviation, Channels);
        _spread = AlignedBuffer.AtLeast(_spread, Channels);
        _scale = AlignedBuffer.AtLeast(_scale, Channels);
        _shift = AlignedBuffer.AtLeast(_shift, Channels);
        _mean = AlignedBuffer.AtLeast(_mean, Channels);
        _inverse = AlignedBuffer.AtLeast(_inverse, Channels);
        _inputScale = AlignedBuffer.AtLeast(_inputScale, Channels);
    }

    internal override void ReserveShare(int total) => _statistics = AlignedBuffer.AtLeast(_statistics, total * StatisticsWidth);

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
        if (!Fused)
            team.Run(batch, _measureValues);
        MergeMoments(Gather(batch));
        FoldIntoAffine();
        team.Run(batch, _normalize);
    }

    // dbeta = sum dy, dgamma = sum dy xhat, dx = gamma / sigma (dy - dbeta / n - xhat dgamma / n), with xhat = (x - mean) / sigma.
    internal override void BackwardTraining(ThreadTeam team, int batch, bool inputGradient)
    {
        if (!GradientMeasured)
            team.Run(batch, _measureGradients);
        int images = Gather(batch);
        int rows = images * RowsPerImage;
        Vectors.ColumnSums(_statistics.Pointer, images, StatisticsWidth, 0, Channels, Beta.Gradient);
        Vectors.ColumnSums(_statistics.Pointer + Channels, images, StatisticsWidth, 0, Channels, Gamma.Gradient);
        for (int c = 0; c < Channels; c++)
        {
            float inverse = _inverse.Pointer[c];
            Gamma.Gradient[c] *= inverse;
            float slope = -_scale.Pointer[c] * inverse * Gamma.Gradient[c] / rows;
            _inputScale.Pointer[c] = slope;
            _shift.Pointer[c] = -_scale.Pointer[c] * Beta.Gradient[c] / rows - slope * _mean.Pointer[c];
        }

        if (inputGradient)
            team.Run(batch, _inputGradient);
    }

    /// <summary>Mean and squared deviations of each image of a range of the input.</summary>
    internal void MeasureValues(int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            float* row = StatisticsOf(i);
            Vectors.Moments(Input.Value + (nint)i * InputShape.Size, RowsPerImage, Channels, Channels, row, row + Channels);
        }
    }

    /// <summary>Sums of each image of a range of the output's gradient, alone and times the centred input.</summary>
    internal void MeasureGradients(int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            nint start = (nint)i * InputShape.Size;
            float* row = StatisticsOf(i);
            Vectors.GradientSums(Output.Gradient + start, Input.Value + start, _mean.Pointer, RowsPerImage, Channels, row, row + Channels);
        }
    }

    private void Normalize(int from, int to)
    {
        nint start = (nint)from * InputShape.Size;
        Vectors.Affine(Input.Value + start, _scale.Pointer, _shift.Pointer, Output.Value + start, (to - from) * RowsPerImage, Channels);
    }

    private void ComputeInputGradient(int from, int to)
    {
        float threshold = GatesReLU ? 0 : float.NegativeInfinity;
        for (int i = from; i < to; i++)
        {
            nint start = (nint)i * InputShape.Size;
            Vectors.AffineGated(
                Output.Gradient + start, _scale.Pointer, Input.Value + start, _inputScale.Pointer, _shift.Pointer, threshold, Input.Gradient + start,
                RowsPerImage, Channels, _inputGradientSums.Pointer + i * Channels);
        }
    }

    private float* StatisticsOf(int image) => _statistics.Pointer + (nint)((Share?.First ?? 0) + image) * StatisticsWidth;

    // Shows ranks each other's statistics; the number of images of the batch.
    private int Gather(int batch)
    {
        Share?.Reducer.Gather(_statistics.Span[..(Share.Total * StatisticsWidth)], StatisticsWidth);
        return Share?.Total ?? batch;
    }

    // All images have as many rows: the batch's mean is the mean of their means, and its squared deviations are theirs from their own
    // means plus those of the means.
    private void MergeMoments(int batch)
    {
        Vectors.Moments(_statistics.Pointer, batch, StatisticsWidth, Channels, _mean.Pointer, _spread.Pointer);
        Vectors.ColumnSums(_statistics.Pointer + Channels, batch, StatisticsWidth, 0, Channels, _deviation.Pointer);
        for (int c = 0; c < Channels; c++)
        {
            float variance = (_deviation.Pointer[c] / RowsPerImage + _spread.Pointer[c]) / batch;
            _inverse.Pointer[c] = 1 / MathF.Sqrt(variance + _epsilon);
            MoveStatistics(c, _mean.Pointer[c], variance);
        }
    }

    /// <summary>Moves a channel's moving averages towards a batch's statistics.</summary>
    internal void MoveStatistics(int channel, float mean, float variance)
    {
        MovingMean.Value[channel] = _momentum * MovingMean.Value[channel] + (1 - _momentum) * mean;
        MovingVariance.Value[channel] = _momentum * MovingVariance.Value[channel] + (1 - _momentum) * variance;
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
