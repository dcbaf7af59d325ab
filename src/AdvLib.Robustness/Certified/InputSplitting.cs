using System.Numerics.Tensors;
using AdvLib.Numerics;

namespace AdvLib;

/// <summary>
/// Proofs by cases, for networks that begin with a threshold: it leaves an attack few pixels to choose, and a step only 0 or 1 for each.
/// Where bounds fail on all cases together, the pixel that the linear bound leans on most is set to 0 and to 1, or to the lower and the
/// upper half of its interval, each part is bounded by itself, and parts that fail are split again (branch and bound: Bunel et al., "Branch
/// and bound for piecewise linear neural network verification", 2020). Behind a step a case without a choice left is one image: wrong
/// there, it is a counterexample. So may be the image that the bound is lowest at, which is tried at every case.
/// </summary>
internal sealed class InputSplitting
{
    // Cases bounded at a time, by one thread.
    private const int Batch = 16;

    private readonly NetworkBounds _bounds;
    private readonly int _cases;
    private readonly int _size;
    private readonly Threshold _threshold;
    private readonly float[] _lower;
    private readonly float[] _upper;
    private readonly int[] _labels = new int[Batch];
    private readonly float[] _least = new float[Batch];
    private readonly float[] _slopes;
    private readonly float[] _corners;
    private readonly float[] _lowest;
    private readonly float[] _highest;
    private readonly List<int> _free = [];

    /// <summary>Prepares proofs of a network, for one thread.</summary>
    /// <param name="model">The network.</param>
    /// <param name="cases">Boxes that are bounded for one image at most.</param>
    public InputSplitting(INetwork model, int cases)
    {
        _bounds = new NetworkBounds(model, ThreadTeam.Alone);
        (_cases, _size) = (cases, model.InputShape.Size);
        _threshold = (Threshold)model.Description.Layers[0].Layer;
        (_lower, _upper) = (new float[Batch * _size], new float[Batch * _size]);
        (_slopes, _corners) = (new float[Batch * _size], new float[Batch * _size]);
        (_lowest, _highest) = (new float[Batch * model.Classes], new float[Batch * model.Classes]);
    }

    // Ends that are safely on this or that side of a step.
    private float Black => _threshold.Low - 1;

    private float White => _threshold.High + 1;

    /// <summary>Whether a network begins with a threshold.</summary>
    public static bool Applies(Network network) => network.Layers[0].Layer is Threshold;

    /// <summary>Proves images of a set or refutes them, on all threads.</summary>
    /// <param name="model">The network.</param>
    /// <param name="images">The set.</param>
    /// <param name="open">Which images.</param>
    /// <param name="epsilon">Largest change of a pixel.</param>
    /// <param name="clip">The range that pixels are kept in.</param>
    /// <param name="cases">Boxes that are bounded for one image at most.</param>
    /// <param name="verified">Receives what is proved, by image.</param>
    /// <returns>Counterexamples, by image: inputs that the model answers wrongly.</returns>
    public static Dictionary<int, float[]> ProveAll(
        INetwork model, ImageSet images, int[] open, float epsilon, PixelRange clip, int cases, bool[] verified)
    {
        var found = new Dictionary<int, float[]>();
        if (open.Length == 0)
            return found;
        ThreadTeam team = ThreadTeam.Shared;
        InputSplitting[] provers = [.. Enumerable.Range(0, team.Threads).Select(_ => new InputSplitting(model, cases))];
        int size = images.Shape.Size;
        var logits = new float[model.Classes];
        CancellationToken stop = Work.Stop;
        EpsilonBox.Each(images, open, epsilon, clip, (start, lower, upper, labels) =>
        {
            (float[] low, float[] high, int[] truth) = (lower.ToArray(), upper.ToArray(), labels.ToArray());
            var corners = new float[low.Length];
            var refuted = new bool[truth.Length];
            int next = 0;
            // An image takes as long as it takes: each thread takes the next one, not a share.
            team.Run(team.Threads, (from, to) =>
            {
                for (int i = Interlocked.Increment(ref next) - 1; i < truth.Length; i = Interlocked.Increment(ref next) - 1)
                {
                    // A piece may take minutes; who stops it waits for an image.
                    if (stop.IsCancellationRequested)
                        return;
                    Range pixels = (i * size)..((i + 1) * size);
                    bool? answer = provers[from].Prove(low.AsSpan(pixels), high.AsSpan(pixels), truth[i], corners.AsSpan(pixels));
                    verified[open[start + i]] = answer == true;
                    refuted[i] = answer == false;
                }
            });
            stop.ThrowIfCancellationRequested();
            for (int i = 0; i < truth.Length; i++)
            {
                if (!refuted[i])
                    continue;
                float[] corner = corners.AsSpan(i * size, size).ToArray();
                model.Logits(corner, logits);
                if (((ReadOnlySpan<float>)logits).IndexOfMax() != truth[i])
                    found[open[start + i]] = corner;
            }
        });
        return found;
    }

    /// <summary>Proves an image or refutes it.</summary>
    /// <param name="lower">The lower corner of its box.</param>
    /// <param name="upper">The upper corner.</param>
    /// <param name="label">Its true class.</param>
    /// <param name="corner">Receives the counterexample where the answer is false.</param>
    /// <returns>
    /// True: proved. False: the network gets one point of the box wrong, or one that comes as near to a tie as rounding, or has a pixel as
    /// near to the step, is all that keeps it from being proved: ask the network. Null: neither, within the given number of cases.
    /// </returns>
    public bool? Prove(ReadOnlySpan<float> lower, ReadOnlySpan<float> upper, int label, Span<float> corner)
    {
        Array.Fill(_labels, label);
        (float[] low, float[] high) = Read(lower, upper);
        var open = new Stack<Case>([new Case([], Next: null)]);
        var cases = new List<Choice[]>(Batch);
        float[]? undecided = null;
        for (int left = _cases; open.Count > 0;)
        {
            cases.Clear();
            while (open.Count > 0 && cases.Count + 2 <= Batch)
            {
                (Choice[] made, Choice? next) = open.Pop();
                if (next is not { } pixel)
                    cases.Add(made);
                else
                    cases.AddRange([[.. made, Half(pixel, isUpper: false)], [.. made, Half(pixel, isUpper: true)]]);
            }

            if ((left -= cases.Count) < 0)
                return null;
            Bound(low, high, cases);

            // What is pushed last is split first: the worst case, so that a counterexample is found soon.
            int[] failing = [.. Enumerable.Range(0, cases.Count).Where(slot => !(_least[slot] > 0)).OrderByDescending(slot => _least[slot])];
            FindCorners(failing, lower, upper);
            for (int at = 0; at < failing.Length; at++)
            {
                Span<float> lowest = Row(_corners, at);
                if (IsWrong(at, label))
                {
                    lowest.CopyTo(corner);
                    return false;
                }

                if (Heaviest(failing[at]) is { } next)
                    open.Push(new Case(cases[failing[at]], next));
                else
                    undecided = lowest.ToArray();
            }
        }

        undecided?.CopyTo(corner);
        return undecided is null;
    }

    // A box as the threshold sees it: safely on this or that side of a step, where a pixel that comes too near to it to say counts as free.
    private (float[] Low, float[] High) Read(ReadOnlySpan<float> lower, ReadOnlySpan<float> upper)
    {
        const float Rounding = 1e-6f;
        var low = new float[_size];
        var high = new float[_size];
        _free.Clear();
        for (int i = 0; i < _size; i++)
        {
            float slack = Rounding * (1 + MathF.Abs(lower[i]) + MathF.Abs(upper[i]));
            (low[i], high[i]) = _threshold.IsStep
                ? (lower[i] > _threshold.Low + slack ? White : Black, upper[i] <= _threshold.Low - slack ? Black : White)
                : (lower[i], upper[i]);
            if (Width(low[i], high[i]) > 0)
                _free.Add(i);
        }

        return (low, high);
    }

    // What is left of a pixel's interval behind the threshold.
    private float Width(float low, float high) => _threshold.Of(high) - _threshold.Of(low);

    // A step leaves a pixel two values; else what the threshold lets through of its interval is cut in the middle.
    private Choice Half(Choice pixel, bool isUpper)
    {
        float middle = (MathF.Max(pixel.Low, _threshold.Low) + MathF.Min(pixel.High, _threshold.High)) / 2;
        return isUpper
            ? pixel with { Low = _threshold.IsStep ? pixel.High : middle }
            : pixel with { High = _threshold.IsStep ? pixel.Low : middle };
    }

    private void Bound(float[] low, float[] high, List<Choice[]> cases)
    {
        for (int slot = 0; slot < cases.Count; slot++)
        {
            Span<float> lower = Row(_lower, slot);
            Span<float> upper = Row(_upper, slot);
            low.CopyTo(lower);
            high.CopyTo(upper);
            foreach (Choice choice in cases[slot])
                (lower[choice.Pixel], upper[choice.Pixel]) = (choice.Low, choice.High);
        }

        int length = cases.Count * _size;
        _bounds.LeastMargins(
            _lower.AsSpan(0, length), _upper.AsSpan(0, length), _labels.AsSpan(0, cases.Count), _least.AsSpan(0, cases.Count), _slopes.AsSpan(0, length));
    }

    // The image of the box at which each failing case's bound is lowest, and bounds of its logits.
    private void FindCorners(int[] failing, ReadOnlySpan<float> lower, ReadOnlySpan<float> upper)
    {
        for (int at = 0; at < failing.Length; at++)
        {
            Span<float> corner = Row(_corners, at);
            lower.CopyTo(corner);
            foreach (int pixel in _free)
            {
                int i = (failing[at] * _size) + pixel;
                float end = _slopes[i] > 0 ? _lower[i] : _upper[i];
                corner[pixel] = !_threshold.IsStep ? end : end == White ? upper[pixel] : lower[pixel];
            }
        }

        ReadOnlySpan<float> corners = _corners.AsSpan(0, failing.Length * _size);
        int logits = failing.Length * _bounds.Classes;
        _bounds.Logits(corners, corners, _lowest.AsSpan(0, logits), _highest.AsSpan(0, logits));
    }

    // Whether the network gets a corner wrong beyond rounding.
    private bool IsWrong(int at, int label)
    {
        ReadOnlySpan<float> lowest = _lowest.AsSpan(at * _bounds.Classes, _bounds.Classes);
        return TensorPrimitives.Max(lowest) > _highest[(at * _bounds.Classes) + label];
    }

    // The free pixel that a case's bound leans on most, and its interval; null where none is left to choose.
    private Choice? Heaviest(int slot)
    {
        (Choice? heaviest, float most) = (null, -1);
        foreach (int pixel in _free)
        {
            int i = (slot * _size) + pixel;
            float width = Width(_lower[i], _upper[i]);
            if (width > 0 && MathF.Abs(_slopes[i]) * width > most)
                (heaviest, most) = (new Choice(pixel, _lower[i], _upper[i]), MathF.Abs(_slopes[i]) * width);
        }

        return heaviest;
    }

    private Span<float> Row(float[] values, int slot) => values.AsSpan(slot * _size, _size);

    // A pixel and the interval that it is kept in; of a pixel's choices the last one counts.
    private readonly record struct Choice(int Pixel, float Low, float High);

    // Choices made, and the pixel to be split next; none for the whole box.
    private readonly record struct Case(Choice[] Made, Choice? Next);
}
