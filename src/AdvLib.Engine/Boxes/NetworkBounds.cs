using System.Runtime.InteropServices;
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
    private readonly float[] _margins;
    private readonly int[] _classes;
    private readonly Action<int, int> _bound;
    private float* _lower;
    private float* _upper;
    private Action<int, int> _each = static (_, _) => { };
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
        _margins = new float[_boxes * Classes];
        _classes = new int[_boxes * Classes];
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
            Run(lower, upper, false, (from, to, first) =>
            {
                for (int slot = from; slot < to; slot++)
                    _network.Head.Bound(slot, new(into + (first + slot) * Classes, Classes), new(end + (first + slot) * Classes, Classes));
            });
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
            Run(lower, upper, true, (from, to, first) =>
            {
                BoundMargins(from, to, truth.AsSpan(first));
                List<LinearRows> bounds = RaiseByLinear(from, to, truth.AsSpan(first), onlyOpen: true);
                for (int slot = from; slot < to; slot++)
                    into[first + slot] = Worst(slot, truth[first + slot]).Margin;
                foreach (LinearRows some in bounds)
                {
                    int worst = Worst(some.Box, truth[first + some.Box]).Class;
                    int row = Math.Max(some.First, Array.IndexOf(_classes, worst, some.First, some.Count));
                    Slopes(row).CopyTo(new Span<float>(a + (nint)(first + some.Box) * InputShape.Size, InputShape.Size));
                }
            });
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
            Run(lower, upper, linear, (from, to, first) =>
            {
                BoundMargins(from, to, truth.AsSpan(first));
                if (linear)
                    RaiseByLinear(from, to, truth.AsSpan(first), onlyOpen: false);
                _margins.AsSpan((from * Classes)..(to * Classes)).CopyTo(new Span<float>(into + (first + from) * Classes, (to - from) * Classes));
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

    // Takes the boxes forwards, some at a time, and gives a range of them, and which box is in the first place, to what bounds them.
    private void Run(ReadOnlySpan<float> lower, ReadOnlySpan<float> upper, bool linear, Action<int, int, int> each)
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
                _each = (from, to) => each(from, to, first);
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
        _each(from, to);
    }

    private void BoundMargins(int from, int to, ReadOnlySpan<int> labels)
    {
        for (int slot = from; slot < to; slot++)
            _network.Head.BoundMargins(slot, labels[slot], _margins.AsSpan(slot * Classes, Classes));
    }

    private (float Margin, int Class) Worst(int slot, int label)
    {
        (float Margin, int Class) worst = (float.PositiveInfinity, label);
        for (int j = 0; j < Classes; j++)
        {
            // NaN is worse than any number.
            float margin = _margins[slot * Classes + j];
            if (j != label && !(margin >= worst.Margin) && !float.IsNaN(worst.Margin))
                worst = (margin, j);
        }

        return worst;
    }

    // What a linear bound leans on: the pixels, or what a threshold in front makes of them.
    private Span<float> Slopes(int row)
    {
        Box first = _network.Layers is [ThresholdBox threshold, ..] ? threshold.Output : _network.Input;
        return new(first.Slope(row), first.Size);
    }

    // Raises the margins above other classes, all or those that intervals leave open, to their linear bounds; the rows keep their
    // coefficients, and of which class each is.
    private List<LinearRows> RaiseByLinear(int from, int to, ReadOnlySpan<int> labels, bool onlyOpen)
    {
        var bounds = new List<LinearRows>(to - from);
        int end = from * Classes;
        for (int slot = from; slot < to; slot++)
        {
            int first = end;
            for (int j = 0; j < Classes; j++)
            {
                if (j != labels[slot] && !(onlyOpen && _margins[slot * Classes + j] > 0))
                    _classes[end++] = j;
            }

            if (end == first)
                continue;
            bounds.Add(new LinearRows(slot, first, end - first, _constants));
            _constants.AsSpan(first..end).Clear();
            _network.Head.BeginLinear(bounds[^1], labels[slot], _classes);
        }

        for (int i = _network.Layers.Count - 1; i >= 0 && bounds.Count > 0; i--)
            _network.Layers[i].BackwardLinear(CollectionsMarshal.AsSpan(bounds));
        foreach (LinearRows some in bounds)
        {
            for (int row = some.First; row < some.End; row++)
            {
                ref float margin = ref _margins[some.Box * Classes + _classes[row]];
                margin = MathF.Max(margin, Least(some.Box, row));
            }
        }

        return bounds;
    }

    // The least value of a linear bound of the pixels.
    private float Least(int slot, int row)
    {
        Box input = _network.Input;
        float* a = input.Slope(row);
        (double least, double magnitude) = (_constants[row], Math.Abs(_constants[row]));
        for (int i = 0; i < input.Size; i++)
        {
            least += (double)a[i] * input.Centre(slot)[i] - (double)MathF.Abs(a[i]) * input.Radius(slot)[i];
            magnitude += (double)MathF.Abs(a[i]) * (MathF.Abs(input.Centre(slot)[i]) + input.Radius(slot)[i]);
        }

        // Sums of doubles lose a million times less than the network's own; this is more than enough.
        return MathF.BitDecrement((float)(least - 1e-9 * magnitude));
    }
}
