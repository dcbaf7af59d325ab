using AdvLib.Boxes;
using AdvLib.Numerics;

namespace AdvLib;

/// <summary>
/// Training steps of a network on boxes of inputs, by interval bound propagation (Gowal et al., "Scalable verified training for provably
/// robust image classification", 2019): the loss is that of the worst logits that the bounds allow, and its gradient goes back through the
/// bounds.
/// </summary>
/// <remarks>
/// Centres and radii are a matrix product each, forwards and backwards. Batch normalizations use and move the statistics of the centres,
/// and of the images beside them. Dropout drops nothing. The same bits on any number of threads.
/// </remarks>
public sealed unsafe class BoxTraining
{
    // Gradients squared and summed at a time: a fixed number, so that threads change no bit.
    private const int NormBlock = 8192;

    private readonly Sequential _model;
    private readonly BoxNetwork _network;
    private readonly int _firstTrained;
    private readonly Action<int, int> _squares;
    private readonly Action<int, int> _shrink;
    private double[] _blocks = [];
    private float _factor;
    private int _rows;
    private int _boxes;
    private int _version;

    /// <summary>Prepares training of a network; its weights stay where they are.</summary>
    /// <param name="model">The network.</param>
    /// <exception cref="BoundsUnavailableException">A layer cannot be bounded, or the last one is not dense.</exception>
    public BoxTraining(Sequential model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _network = new BoxNetwork(model.Description, proves: false);
        if (_network.Head.Centres is null)
        {
            throw new BoundsUnavailableException(
                $"A network that ends in '{model.Description.Layers[^1].Name}'.", "a dense layer at the end.",
                "Add a Dense layer of as many units as classes.");
        }

        model.Parameters.Share(_network.Centres);
        _firstTrained = _network.Layers.TakeWhile(layer => layer.Centres is null).Count();
        _squares = Square;
        _shrink = Shrink;
    }

    /// <summary>Longest gradient over all weights together: a longer one is shortened to it. Infinite for none.</summary>
    public float MaxGradientNorm
    {
        get;
        init => field = value > 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxGradientNorm), value, "A length above 0, for example 10.");
    } = float.PositiveInfinity;

    /// <summary>
    /// One training step. The loss is <c>(1 - kappa) loss(worst logits) + kappa loss(logits)</c>: the worst logits give every other class
    /// its upper bound above the true one, which has 0; the logits are those of the images as they are.
    /// </summary>
    /// <param name="lower">The lower corners of n boxes.</param>
    /// <param name="upper">The upper corners.</param>
    /// <param name="images">The n images; not looked at where kappa is 0.</param>
    /// <param name="labels">n labels.</param>
    /// <param name="kappa">Weight of the images as they are, in [0, 1].</param>
    /// <param name="loss">The loss to minimise.</param>
    /// <param name="optimizer">An optimizer of this engine.</param>
    /// <returns>The loss, and the number of boxes that are proved, before the update.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="kappa"/> is out of range.</exception>
    /// <exception cref="NumericalFaultException">
    /// The step met NaN or infinity. Where that was before the weights moved, the model is as it was; else it answers nothing any more.
    /// </exception>
    /// <exception cref="ShapeMismatchException">The spans do not fit the model or each other.</exception>
    /// <exception cref="ModelInUseException">Another call uses the model, or another thread trains it.</exception>
    public StepResult TrainOnBatch(
        ReadOnlySpan<float> lower, ReadOnlySpan<float> upper, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, float kappa, Loss loss,
        IOptimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(loss);
        if (!(kappa is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(kappa), kappa, "The clean loss's weight, 0 to 1, for example 0.5.");
        int count = ModelFit.CountToTrain(lower, labels, _model.InputShape, _model.Classes);
        ModelFit.CheckLength(upper.Length, lower.Length, "upper corners");
        int clean = kappa > 0 ? count : 0;
        if (clean > 0)
            ModelFit.CheckLength(images.Length, lower.Length, "pixels");
        using Sequential.GradientStep step = _model.BeginStep(optimizer);
        Reserve(count + clean, count);
        CopyIn(lower, upper, clean > 0 ? images : default, count);
        Forward(labels, clean);
        StepResult result = Differentiate(labels, clean, kappa, loss);
        if (!float.IsFinite(result.Loss))
            throw step.Refuse("the loss of the boxes");
        Backward(count, clean);
        if (float.IsFinite(MaxGradientNorm))
            Shorten();
        step.Move("the gradients of the boxes");
        return result;
    }

    private void Reserve(int rows, int boxes)
    {
        if (rows <= _rows && boxes <= _boxes)
            return;
        (_rows, _boxes) = (Math.Max(rows, _rows), Math.Max(boxes, _boxes));
        _network.Reserve(_rows, _boxes);
    }

    private void CopyIn(ReadOnlySpan<float> lower, ReadOnlySpan<float> upper, ReadOnlySpan<float> images, int boxes)
    {
        Box input = _network.Input;
        fixed (float* low = lower, high = upper)
            BoxVectors.Between(low, high, input.Centre(0), input.Radius(0), lower.Length);
        images.CopyTo(new Span<float>(input.Centre(boxes), images.Length));
    }

    private void Forward(ReadOnlySpan<int> labels, int clean)
    {
        foreach (BoxLayer layer in _network.Layers)
        {
            layer.Prepare(_model.Team, outward: false);
            layer.ForwardTraining(_model.Team, labels.Length, clean);
        }

        _network.Head.ForwardTraining(_model.Team, labels, clean);
    }

    private StepResult Differentiate(ReadOnlySpan<int> labels, int clean, float kappa, Loss loss)
    {
        int worst = labels.Length * _model.Classes;
        ReadOnlySpan<float> logits = _network.Head.Logits;
        Span<float> slopes = _network.Head.Slopes;
        StepResult result = loss.DifferentiateMean(logits[..worst], labels, slopes[..worst]);
        if (clean == 0)
            return result;
        StepResult asTheyAre = loss.DifferentiateMean(logits[worst..], labels, slopes[worst..]);
        Scale(slopes[..worst], 1 - kappa);
        Scale(slopes[worst..], kappa);
        return result with { Loss = ((1 - kappa) * result.Loss) + (kappa * asTheyAre.Loss) };
    }

    private void Backward(int boxes, int clean)
    {
        _version++;
        _network.Head.BackwardTraining(_model.Team);
        for (int i = _network.Layers.Count - 1; i >= _firstTrained; i--)
        {
            if (i > _firstTrained)
                _network.Layers[i].PrepareBackward(_model.Team, _version);
            _network.Layers[i].BackwardTraining(_model.Team, boxes, clean, inputGradient: i > _firstTrained);
        }
    }

    private void Shorten()
    {
        int blocks = (_model.Parameters.Trainable + NormBlock - 1) / NormBlock;
        if (_blocks.Length < blocks)
            _blocks = new double[blocks];
        _model.Team.Run(blocks, _squares);
        double squares = 0;
        for (int i = 0; i < blocks; i++)
            squares += _blocks[i];
        double norm = Math.Sqrt(squares);
        if (norm <= MaxGradientNorm)
            return;
        _factor = (float)(MaxGradientNorm / norm);
        _model.Team.Run(blocks, _shrink);
    }

    private void Square(int from, int to)
    {
        for (int block = from; block < to; block++)
        {
            double sum = 0;
            foreach (float g in Block(block))
                sum += (double)g * g;
            _blocks[block] = sum;
        }
    }

    private void Shrink(int from, int to)
    {
        for (int block = from; block < to; block++)
            Scale(Block(block), _factor);
    }

    private Span<float> Block(int block)
    {
        int start = block * NormBlock;
        return _model.Parameters.Gradients.Span[start..Math.Min(start + NormBlock, _model.Parameters.Trainable)];
    }

    private static void Scale(Span<float> values, float factor)
    {
        foreach (ref float value in values)
            value *= factor;
    }
}
