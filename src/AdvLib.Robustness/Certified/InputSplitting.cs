using AdvLib.Numerics;

namespace AdvLib;

/// <summary>
/// Proofs by cases, for networks that begin with a step: an attack can make of each pixel nothing but 0 or 1 there, and of most pixels only
/// one of them. Where bounds fail on all cases together, the pixel that matters most is set to 0 and to 1, each half is bounded by itself,
/// and halves that fail are split again (branch and bound: Bunel et al., "Branch and bound for piecewise linear neural network
/// verification", 2020). A case without a choice left is one image: wrong there, it is a counterexample.
/// </summary>
internal sealed class InputSplitting
{
    // Cases bounded at a time, by one thread.
    private const int Batch = 16;

    private readonly NetworkBounds _bounds;
    private readonly int _cases;
    private readonly int _size;
    private readonly float _step;
    private readonly float[] _lower;
    private readonly float[] _upper;
    private readonly int[] _labels = new int[Batch];
    private readonly float[] _margins;
    private readonly List<int> _free = [];
    private bool[] _whiteIsWorse = [];

    /// <summary>Prepares proofs of a network, for one thread.</summary>
    /// <param name="model">The network.</param>
    /// <param name="cases">Boxes that are bounded for one image at most.</param>
    public InputSplitting(INetwork model, int cases)
    {
        _bounds = new NetworkBounds(model);
        (_cases, _size) = (cases, model.InputShape.Size);
        _step = ((Threshold)model.Description.Layers[0].Layer).Low;
        (_lower, _upper) = (new float[Batch * _size], new float[Batch * _size]);
        _margins = new float[Batch * model.Classes];
    }

    private float Black => _step - 1;

    private float White => _step + 1;

    /// <summary>Whether a network begins with a step.</summary>
    public static bool Applies(Network network) => network.Layers[0].Layer is Threshold { IsStep: true };

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
    /// <returns>True: proved. False: the bounds of one point of the box fail. Null: neither, within the given number of cases.</returns>
    public bool? Prove(ReadOnlySpan<float> lower, ReadOnlySpan<float> upper, int label, Span<float> corner)
    {
        Array.Fill(_labels, label);
        (float[] black, float[] white) = Read(lower, upper);
        int left = _cases - (2 * _free.Count);
        if (left <= 0)
            return null;
        Order(black, white);
        var open = new Stack<bool[]>([[]]);
        while (open.Count > 0)
        {
            var cases = new List<bool[]>(Batch);
            while (open.Count > 0 && cases.Count + 2 <= Batch)
            {
                bool[] whites = open.Pop();
                if (whites.Length == _free.Count)
                {
                    lower.CopyTo(corner);
                    for (int at = 0; at < whites.Length; at++)
                        corner[_free[at]] = whites[at] ? upper[_free[at]] : lower[_free[at]];
                    return false;
                }

                // What is pushed last is split first: the worse half, so that a counterexample is found soon.
                bool worse = _whiteIsWorse[whites.Length];
                cases.Add([.. whites, !worse]);
                cases.Add([.. whites, worse]);
            }

            if ((left -= cases.Count) < 0)
                return null;
            for (int slot = 0; slot < cases.Count; slot++)
                Write(black, white, cases[slot], slot);
            Bound(cases.Count);
            for (int slot = 0; slot < cases.Count; slot++)
            {
                if (!IntervalBounds.IsVerified(Margins(slot), label))
                    open.Push(cases[slot]);
            }
        }

        return true;
    }

    // The corners of a box, safely on this or that side of the step; a pixel that comes too near to it to say counts as free.
    private (float[] Black, float[] White) Read(ReadOnlySpan<float> lower, ReadOnlySpan<float> upper)
    {
        const float Rounding = 1e-6f;
        var black = new float[_size];
        var white = new float[_size];
        _free.Clear();
        for (int i = 0; i < _size; i++)
        {
            float slack = Rounding * (1 + MathF.Abs(lower[i]) + MathF.Abs(upper[i]));
            (black[i], white[i]) = (lower[i] > _step + slack ? White : Black, upper[i] <= _step - slack ? Black : White);
            if (black[i] < white[i])
                _free.Add(i);
        }

        return (black, white);
    }

    // The free pixels, by how much it helps to know the pixel: the bounds of both halves, the worse half counting twice.
    private void Order(float[] black, float[] white)
    {
        var worst = new (float Black, float White)[_free.Count];
        for (int start = 0; start < _free.Count; start += Batch / 2)
        {
            int count = Math.Min(Batch / 2, _free.Count - start);
            for (int slot = 0; slot < 2 * count; slot++)
            {
                Write(black, white, [], slot);
                int pixel = _free[start + (slot / 2)];
                (slot % 2 == 0 ? _upper : _lower)[(slot * _size) + pixel] = slot % 2 == 0 ? Black : White;
            }

            Bound(2 * count);
            for (int i = 0; i < count; i++)
                worst[start + i] = (Worst(2 * i), Worst((2 * i) + 1));
        }

        int[] order = [.. Enumerable.Range(0, _free.Count)
            .OrderByDescending(i => (2 * MathF.Min(worst[i].Black, worst[i].White)) + MathF.Max(worst[i].Black, worst[i].White))];
        _whiteIsWorse = [.. order.Select(i => worst[i].White < worst[i].Black)];
        int[] free = [.. order.Select(i => _free[i])];
        _free.Clear();
        _free.AddRange(free);
    }

    private void Write(float[] black, float[] white, bool[] whites, int slot)
    {
        Span<float> lower = _lower.AsSpan(slot * _size, _size);
        Span<float> upper = _upper.AsSpan(slot * _size, _size);
        black.CopyTo(lower);
        white.CopyTo(upper);
        for (int at = 0; at < whites.Length; at++)
            (whites[at] ? lower : upper)[_free[at]] = whites[at] ? White : Black;
    }

    private void Bound(int count) => _bounds.Margins(
        _lower.AsSpan(0, count * _size), _upper.AsSpan(0, count * _size), _labels.AsSpan(0, count),
        _margins.AsSpan(0, count * _bounds.Classes));

    private ReadOnlySpan<float> Margins(int slot) => _margins.AsSpan(slot * _bounds.Classes, _bounds.Classes);

    private float Worst(int slot)
    {
        float worst = float.PositiveInfinity;
        for (int j = 0; j < _bounds.Classes; j++)
            worst = j == _labels[slot] ? worst : MathF.Min(worst, Margins(slot)[j]);
        return worst;
    }
}
