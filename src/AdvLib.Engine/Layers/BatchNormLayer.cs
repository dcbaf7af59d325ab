using AdvLib.Numerics;

namespace AdvLib.Layers;

/// <summary>
/// Batch normalization, as two passes over a batch: each image's statistics, then what all of them together make of every value.
/// </summary>
internal sealed unsafe class BatchNormLayer : EngineLayer
{
    private readonly float _epsilon;
    private readonly float _momentum;
    private readonly Action<int, int> _normalize;
    private readonly Action<int, int> _measureValues;
    private readonly Action<int, int> _measureGradients;
    private readonly Action<int, int> _inputGradient;
    private AlignedBuffer _inputGradientSums = new(0);
    private AlignedBuffer _deviation = new(0);
    private AlignedBuffer _spread = new(0);
    private AlignedBuffer _scale = new(0);
    private AlignedBuffer _shift = new(0);
    private AlignedBuffer _mean = new(0);
    private AlignedBuffer _inverse = new(0);
    private AlignedBuffer _inputScale = new(0);

    public BatchNormLayer(PlacedLayer place, BatchNorm normalization, Activation input)
        : base(place, input)
    {
        Parameters = Parameter.Of(place);
        (_epsilon, _momentum) = (normalization.Epsilon, normalization.Momentum);
        Statistics = new ImageRows(2 * Channels);
        _normalize = Normalize;
        _measureValues = MeasureValues;
        _measureGradients = MeasureGradients;
        _inputGradient = ComputeInputGradient;
    }

    /// <summary>
    /// A row an image with two statistics of each channel, merged in the images' order, so that they do not depend on who computes which
    /// image: forward means, then squared deviations; backward sums of dy, then of dy (x - mean).
    /// </summary>
    public ImageRows Statistics { get; }

    /// <summary>Set when the layer before normalizes its own output in inference, and measures it in training.</summary>
    public bool Fused { get; set; }

    /// <summary>Set when the layer behind measures the gradient as it writes it.</summary>
    public bool GradientMeasured { get; set; }

    /// <summary>Set when the input is a ReLU's output, whose backward pass is then part of this layer's.</summary>
    public bool GatesReLU { get; set; }

    /// <summary>Where a fused layer before writes.</summary>
    public float* OutputValue => Output.Value;

    /// <summary><c>gamma / sigma</c>, with the slack a matrix product reads.</summary>
    public float* Scale => _scale.Pointer;

    /// <summary><c>beta - mean gamma / sigma</c>, with slack.</summary>
    public float* Shift => _shift.Pointer;

    /// <summary>Each image's sums of the input gradient by channel: summed again, the bias gradient of the layer before.</summary>
    public float* InputGradientSums => _inputGradientSums.Pointer;

    /// <summary>The mean in use.</summary>
    public float* Mean => _mean.Pointer;

    /// <summary>beta.</summary>
    public float* Offset => Beta.Value;

    /// <summary>
    /// What else the loss has as a gradient by <see cref="Scale"/>, a value a channel, when something but this layer's outputs is
    /// multiplied by it;
    /// null for nothing.
    /// </summary>
    public AlignedBuffer? ScaleGradients { get; set; }

    private int Channels => InputShape.Channels;

    private int RowsPerImage => InputShape.Height * InputShape.Width;

    private Parameter Gamma => Parameters[0];

    private Parameter Beta => Parameters[1];

    private Parameter MovingMean => Parameters[2];

    private Parameter MovingVariance => Parameters[3];

    public override void Reserve(int batch)
    {
        base.Reserve(batch);
        Statistics.Reserve(batch);
        _inputGradientSums = AlignedBuffer.AtLeast(_inputGradientSums, batch * Channels);
        _deviation = AlignedBuffer.AtLeast(_deviation, Channels);
        _spread = AlignedBuffer.AtLeast(_spread, Channels);
        _scale = AlignedBuffer.AtLeast(_scale, Channels);
        _shift = AlignedBuffer.AtLeast(_shift, Channels);
        _mean = AlignedBuffer.AtLeast(_mean, Channels);
        _inverse = AlignedBuffer.AtLeast(_inverse, Channels);
        _inputScale = AlignedBuffer.AtLeast(_inputScale, Channels);
    }

    public override void PrepareForward(ThreadTeam team)
    {
        MovingMean.Values.CopyTo(_mean.Span);
        for (int c = 0; c < Channels; c++)
            _inverse.Pointer[c] = 1 / MathF.Sqrt(MovingVariance.Value[c] + _epsilon);
        FoldIntoAffine();
    }

    public override void Forward(int from, int to)
    {
        if (!Fused)
            Normalize(from, to);
    }

    // In inference the statistics are constants: dx = gamma / sqrt(variance + epsilon) dy.
    public override void Backward(int from, int to)
    {
        nint start = (nint)from * InputShape.Size;
        int rows = (to - from) * RowsPerImage;
        if (GatesReLU)
            Vectors.ScaleGated(
                Output.Gradient + start, _scale.Pointer, Output.Value + start, _shift.Pointer, Input.Gradient + start, rows, Channels);
        else
            Vectors.Scale(Output.Gradient + start, _scale.Pointer, Input.Gradient + start, rows, Channels);
    }

    public override void ForwardTraining(ThreadTeam team, int batch)
    {
        MeasureInputs(team, batch);
        NormalizeBy(team, batch, images: batch);
    }

    public override void BackwardTraining(ThreadTeam team, int batch, bool inputGradient)
    {
        MeasureOutputGradients(team, batch);
        BackwardBy(team, batch, images: batch, inputGradient);
    }

    /// <summary>The first pass forwards: fills this batch's <see cref="Statistics"/>.</summary>
    public void MeasureInputs(ThreadTeam team, int batch)
    {
        if (!Fused)
            team.RunEvenly(batch, _measureValues);
    }

    /// <summary>The second pass forwards.</summary>
    /// <param name="team">Computes.</param>
    /// <param name="batch">Images to normalize.</param>
    /// <param name="images">Images whose statistics are there.</param>
    public void NormalizeBy(ThreadTeam team, int batch, int images)
    {
        MergeMoments(images);
        FoldIntoAffine();
        team.RunEvenly(batch, _normalize);
    }

    /// <summary>The first pass backwards: fills this batch's <see cref="Statistics"/>.</summary>
    public void MeasureOutputGradients(ThreadTeam team, int batch)
    {
        if (!GradientMeasured)
            team.RunEvenly(batch, _measureGradients);
    }

    /// <summary>
    /// The second pass backwards: <c>dbeta = sum dy</c>, <c>dgamma = sum dy xhat</c>,
    /// <c>dx = gamma / sigma (dy - dbeta / n - xhat dgamma / n)</c>, with <c>xhat = (x - mean) / sigma</c>.
    /// </summary>
    /// <param name="team">Computes.</param>
    /// <param name="batch">Images to go back through.</param>
    /// <param name="images">Images whose statistics are there.</param>
    /// <param name="inputGradient">Whether dx is wanted.</param>
    public void BackwardBy(ThreadTeam team, int batch, int images, bool inputGradient)
    {
        int rows = images * RowsPerImage;
        Vectors.ColumnSums(Statistics.First, images, Statistics.Width, 0, Channels, Beta.Gradient);
        Vectors.ColumnSums(Statistics.First + Channels, images, Statistics.Width, 0, Channels, Gamma.Gradient);
        if (ScaleGradients is { } others)
            Vectors.Add(others.Pointer, Gamma.Gradient, Channels);
        for (int c = 0; c < Channels; c++)
        {
            float inverse = _inverse.Pointer[c];
            Gamma.Gradient[c] *= inverse;
            float slope = -_scale.Pointer[c] * inverse * Gamma.Gradient[c] / rows;
            _inputScale.Pointer[c] = slope;
            _shift.Pointer[c] = -_scale.Pointer[c] * Beta.Gradient[c] / rows - slope * _mean.Pointer[c];
        }

        if (inputGradient)
            team.RunEvenly(batch, _inputGradient);
    }

    /// <summary>Mean and squared deviations of each image of a range of the input.</summary>
    public void MeasureValues(int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            float* row = StatisticsOf(i);
            Vectors.Moments(Input.Value + (nint)i * InputShape.Size, RowsPerImage, Channels, Channels, row, row + Channels);
        }
    }

    /// <summary>Sums of each image of a range of the output's gradient, alone and times the centred input.</summary>
    public void MeasureGradients(int from, int to)
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
                Output.Gradient + start, _scale.Pointer, Input.Value + start, _inputScale.Pointer, _shift.Pointer, threshold,
                Input.Gradient + start,
                RowsPerImage, Channels, _inputGradientSums.Pointer + i * Channels);
        }
    }

    private float* StatisticsOf(int image) => Statistics.Own + (nint)image * Statistics.Width;

    // All images have as many rows: the batch's mean is the mean of their means, and its squared deviations are theirs from their own
    // means plus those of the means.
    private void MergeMoments(int batch)
    {
        Vectors.Moments(Statistics.First, batch, Statistics.Width, Channels, _mean.Pointer, _spread.Pointer);
        Vectors.ColumnSums(Statistics.First + Channels, batch, Statistics.Width, 0, Channels, _deviation.Pointer);
        for (int c = 0; c < Channels; c++)
        {
            float variance = (_deviation.Pointer[c] / RowsPerImage + _spread.Pointer[c]) / batch;
            _inverse.Pointer[c] = 1 / MathF.Sqrt(variance + _epsilon);
            MoveStatistics(c, _mean.Pointer[c], variance);
        }
    }

    /// <summary>Moves a channel's moving averages towards a batch's statistics.</summary>
    public void MoveStatistics(int channel, float mean, float variance)
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
