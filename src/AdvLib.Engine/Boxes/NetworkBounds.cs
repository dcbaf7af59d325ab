using System.Numerics.Tensors;
using AdvLib.Boxes;
using AdvLib.Numerics;

namespace AdvLib;

/// <summary>
/// What a network can answer to any input of a box, as bounds that no input in it passes: by interval arithmetic, layer by layer, or by
/// linear functions taken backwards from the margins to the input (CROWN-IBP, Zhang et al., "Towards stable and efficient training of
/// verifiably robust neural networks", 2020). Sound in float32: the bounds hold for the logits that a network computes, in whatever order
/// it adds its sums.
/// </summary>
/// <remarks>It keeps a copy of the weights; every box is bounded by itself, so results depend neither on threads nor on batches.</remarks>
public sealed unsafe class NetworkBounds
{
    // Boxes a thread bounds at a time: their activations stay in the core's own cache.
    private const int BoxesPerThread = 8;

    private readonly ThreadTeam _team;
    private readonly BoxNetwork _network;
    private readonly Network _description;
    private readonly int _boxes;
    private readonly double[] _constants;
    private readonly Action<int, int> _bound;
    private float* _lower;
    private float* _upper;
    private Action<int> _each = static _ => { };
    private bool _linear;

    /// <summary>Prepares bounds of a network with the weights that it has now.</summary>
    /// <param name="model">The network, of any engine.</param>
    /// <param name="team">The threads to compute on; <see cref="ThreadTeam.Shared"/> when not given.</param>
    /// <exception cref="BoundsUnavailableException">A layer cannot be bounded.</exception>
    public NetworkBounds(INetwork model, ThreadTeam? team = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        _team = team ?? ThreadTeam.Shared;
        _description = model.Description;
        _network = new BoxNetwork(_description, proves: true);
        new NetworkParameters(_network.Centres).SetWeights(model.GetWeights());
        _boxes = BoxesPerThread * _team.Threads;
        _constants = new double[_boxes * Classes];
        _network.Reserve(_boxes * Classes, _boxes);
        foreach (BoxLayer layer in _network.Layers)
        {
            layer.Prepare(_team, outward: true);
            layer.PrepareBackward(_team, version: 0);
        }

        _bound = Bound;
    }

    /// <summary>Shape of one image.</summary>
    public Shape InputShape => _description.InputShape;

    /// <summary>Number of classes.</summary>
    public int Classes => _description.Classes;

    /// <summary>Whether a network has only layers that can be bounded.</summary>
    /// <param name="network">The network.</param>
    /// <returns>Whether there are bounds of it.</returns>
    public static bool Exist(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return network.Layers.SkipLast(1).All(place => place.Layer is not Softmax);
    }

    /// <summary>Bounds of the logits by interval arithmetic.</summary>
    /// <param name="lower">The lower corners of n boxes, n x <see cref="InputShape"/>.</param>
    /// <param name="upper">The upper corners.</param>
    /// <param name="lowest">Receives n x <see cref="Classes"/> lower bounds.</param>
    /// <param name="highest">Receives n x <see cref="Classes"/> upper bounds.</param>
    /// <exception cref="ShapeMismatchException">The spans do not fit.</exception>
    public void Logits(ReadOnlySpan<float> lower, ReadOnlySpan<float> upper, Span<float> lowest, Span<float> highest)
    {
        int count = Count(lower, upper, lowest.Length);
        ModelFit.CheckLength(highest.Length, count * Classes, "bounds");
        fixed (float* low = lowest, high = highest)
        {
            float* into = low;
            float* end = high;
            Run(lower, upper, false, (slot, box) =>
                _network.Head.Bound(slot, new(into + box * Classes, Classes), new(end + box * Classes, Classes)));
        }
    }

    /// <summary>Lower bounds of how far the true class's logit lies above each other one, by interval arithmetic.</summary>
    /// <param name="lower">The lower corners of n boxes, n x <see cref="InputShape"/>.</param>
    /// <param name="upper">The upper corners.</param>
    /// <param name="labels">n true classes.</param>
    /// <param name="margins">Receives n x <see cref="Classes"/> bounds, 0 for the true class itself.</param>
    /// <exception cref="ShapeMismatchException">The spans do not fit.</exception>
    public void Margins(ReadOnlySpan<float> lower, ReadOnlySpan<float> upper, ReadOnlySpan<int> labels, Span<float> margins) =>
        Margins(lower, upper, labels, margins, linear: false);

    /// <summary>
    /// As <see cref="Margins(ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{int}, Span{float})"/>, by linear bounds where they are
    /// larger.
    /// </summary>
    /// <param name="lower">The lower corners of n boxes, n x <see cref="InputShape"/>.</param>
    /// <param name="upper">The upper corners.</param>
    /// <param name="labels">n true classes.</param>
    /// <param name="margins">Receives n x <see cref="Classes"/> bounds, 0 for the true class itself.</param>
    /// <exception cref="ShapeMismatchException">The spans do not fit.</exception>
    public void LinearMargins(ReadOnlySpan<float> lower, ReadOnlySpan<float> upper, ReadOnlySpan<int> labels, Span<float> margins) =>
        Margins(lower, upper, labels, margins, linear: true);

    /// <summary>
    /// The least margin of each box, by linear bounds where intervals do not prove the box, and how it leans on the pixels: what a proof by
    /// cases splits by.
    /// </summary>
    /// <param name="lower">The lower corners of n boxes, n x <see cref="InputShape"/>.</param>
    /// <param name="upper">The upper corners.</param>
    /// <param name="labels">n true classes.</param>
    /// <param name="least">Receives n bounds: above 0 where the box is proved.</param>
    /// <param name="slopes">
    /// Receives n x <see cref="InputShape"/> coefficients of the linear bound with the least margin, where there is one: of the pixels, or
    /// of what a threshold in front of the network makes of them.
    /// </param>
    /// <exception cref="ShapeMismatchException">The spans do not fit.</exception>
    public void LeastMargins(
        ReadOnlySpan<float> lower, ReadOnlySpan<float> upper, ReadOnlySpan<int> labels, Span<float> least, Span<float> slopes)
    {
        int count = Count(lower, upper, least.Length * Classes);
        ModelFit.CheckLabels(labels, count, Classes);
        ModelFit.CheckLength(slopes.Length, lower.Length, "slopes");
        int[] truth = labels.ToArray();
        fixed (float* margins = least, coefficients = slopes)
        {
            float* into = margins;
            float* a = coefficients;
            Run(lower, upper, true, (slot, box) =>
                into[box] = Least(slot, truth[box], new Span<float>(a + (nint)box * InputShape.Size, InputShape.Size)));
        }
    }

    private void Margins(ReadOnlySpan<float> lower, ReadOnlySpan<float> upper, ReadOnlySpan<int> labels, Span<float> margins, bool linear)
    {
        int count = Count(lower, upper, margins.Length);
        ModelFit.CheckLabels(labels, count, Classes);
        int[] truth = labels.ToArray();
        fixed (float* target = margins)
        {
            float* into = target;
            Run(lower, upper, linear, (slot, box) =>
            {
                var bounds = new Span<float>(into + box * Classes, Classes);
                _network.Head.BoundMargins(slot, truth[box], bounds);
                if (linear)
                    RaiseByLinear(slot, truth[box], [.. Enumerable.Range(0, Classes).Where(j => j != truth[box])], bounds);
            });
        }
    }

    private int Count(ReadOnlySpan<float> lower, ReadOnlySpan<float> upper, int bounds)
    {
        int count = ModelFit.Count(lower, InputShape);
        ModelFit.CheckLength(upper.Length, lower.Length, "upper corners");
        ModelFit.CheckLength(bounds, count * Classes, "bounds");
        return count;
    }

    // Takes the boxes forwards, some at a time, and gives each with its place to what bounds it.
    private void Run(ReadOnlySpan<float> lower, ReadOnlySpan<float> upper, bool linear, Action<int, int> each)
    {
        int size = InputShape.Size;
        int count = lower.Length / size;
        fixed (float* low = lower, high = upper)
        {
            _linear = linear;
            for (int start = 0; start < count; start += _boxes)
            {
                int first = start;
                _lower = low + (nint)start * size;
                _upper = high + (nint)start * size;
                _each = slot => each(slot, first + slot);
                _team.Run(Math.Min(_boxes, count - start), _bound);
            }
        }
    }

    private void Bound(int from, int to)
    {
        nint start = (nint)from * InputShape.Size;
        nint count = (nint)(to - from) * InputShape.Size;
        Box input = _network.Input;
        BoxVectors.Between(_lower + start, _upper + start, input.Centre(from), input.Radius(from), count);
        BoxVectors.Widen(input.Centre(from), input.Radius(from), Rounding.ElementWise, input.Radius(from), count);
        foreach (BoxLayer layer in _network.Layers)
            layer.Forward(from, to, _linear);
        for (int slot = from; slot < to; slot++)
            _each(slot);
    }

    private float Least(int slot, int label, Span<float> slopes)
    {
        Span<float> margins = stackalloc float[Classes];
        _network.Head.BoundMargins(slot, label, margins);
        margins[label] = float.PositiveInfinity;
        Span<int> open = stackalloc int[Classes];
        int count = 0;
        for (int j = 0; j < Classes; j++)
        {
            if (!(margins[j] > 0))
                open[count++] = j;
        }

        if (count == 0)
            return TensorPrimitives.Min(margins);
        LinearRows bounds = RaiseByLinear(slot, label, open[..count], margins);
        int worst = TensorPrimitives.IndexOfMin(margins);
        Box first = _network.Layers is [ThresholdBox threshold, ..] ? threshold.Output : _network.Input;
        int row = bounds.First + Math.Max(0, open[..count].IndexOf(worst));
        new Span<float>(first.Slope(row), first.Size).CopyTo(slopes);
        return margins[worst];
    }

    // Raises the margins of some classes; the rows keep their coefficients.
    private LinearRows RaiseByLinear(int slot, int label, ReadOnlySpan<int> others, Span<float> margins)
    {
        var bounds = new LinearRows(slot * Classes, others.Length, _constants);
        _constants.AsSpan(bounds.First, bounds.Count).Clear();
        _network.Head.BeginLinear(slot, label, others, bounds);
        for (int i = _network.Layers.Count - 1; i >= 0; i--)
            _network.Layers[i].BackwardLinear(slot, bounds);
        Box input = _network.Input;
        for (int at = 0; at < others.Length; at++)
        {
            int row = bounds.First + at;
            float* a = input.Slope(row);
            (double least, double magnitude) = (_constants[row], Math.Abs(_constants[row]));
            for (int i = 0; i < input.Size; i++)
            {
                least += (double)a[i] * input.Centre(slot)[i] - (double)MathF.Abs(a[i]) * input.Radius(slot)[i];
                magnitude += (double)MathF.Abs(a[i]) * (MathF.Abs(input.Centre(slot)[i]) + input.Radius(slot)[i]);
            }

            // Sums of doubles lose a million times less than the network's own; this is more than enough.
            ref float margin = ref margins[others[at]];
            margin = MathF.Max(margin, MathF.BitDecrement((float)(least - 1e-9 * magnitude)));
        }

        return bounds;
    }
}
