using System.Diagnostics;
using AdvLib.Layers;

namespace AdvNotebooks.Benchmarks;

/// <summary>Adds up where the time of a network's calls goes, sample by sample.</summary>
/// <param name="model">The network, which this listens to once attached.</param>
/// <param name="images">Images that a sample computes on, in training.</param>
/// <param name="sharedImages">Images that a sample computes on in inference mode.</param>
internal sealed class StepProfile(Sequential model, int images, int sharedImages) : IStepProbe
{
    // Share of the whole below which a pass gets no line of its own.
    private const double LeastShare = 0.001;

    // A matrix product below this was not done: the first layer's input gradient.
    private const double LeastMicroseconds = 1;

    [ThreadStatic]
    private static long _mark;

    private readonly int _places = model.Layers.Length + 1;
    private readonly long[] _ticks = new long[Enum.GetValues<StepPart>().Length * (model.Layers.Length + 1)];
    private readonly List<double[]> _samples = [];
    private readonly List<double> _totals = [];

    /// <inheritdoc/>
    public void Begin() => _mark = Stopwatch.GetTimestamp();

    /// <inheritdoc/>
    public void Done(StepPart part, EngineLayer? layer = null)
    {
        long now = Stopwatch.GetTimestamp();
        Interlocked.Add(ref _ticks[Place(part, layer)], now - _mark);
        _mark = now;
    }

    /// <summary>Runs an action several times, each run a sample.</summary>
    /// <param name="warm">Runs before the first sample.</param>
    /// <param name="count">Samples, at least 1.</param>
    /// <param name="work">The action: calls of the network, and what goes with them.</param>
    public void Run(int warm, int count, Action work)
    {
        for (int i = 0; i < warm; i++)
            work();
        model.Probe = this;
        for (int i = 0; i < count; i++)
        {
            Array.Clear(_ticks);
            long start = Stopwatch.GetTimestamp();
            work();
            _totals.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            _samples.Add([.. _ticks.Select(ticks => ticks * 1e6 / Stopwatch.Frequency)]);
        }

        model.Probe = null;
    }

    /// <summary>The parts in the order in which they happen, then the rest, then the whole. What takes next to no time is part of the rest.</summary>
    /// <returns>The rows.</returns>
    public IReadOnlyList<ProfileRow> Rows()
    {
        var rows = new List<ProfileRow>();
        double least = LeastShare * Measure.Quantile(_totals, 0.5);
        double[] rest = [.. _totals];
        foreach ((StepPart part, EngineLayer? layer) in Order())
        {
            double share = part >= StepPart.ShareCopy ? 1.0 / model.Threads : 1;
            double[] times = [.. _samples.Select(sample => sample[Place(part, layer)] * share)];
            long flop = Flop(part, layer);
            if (Measure.Quantile(times, 0.5) < (flop > 0 ? LeastMicroseconds : least))
                continue;
            for (int i = 0; i < rest.Length; i++)
                rest[i] -= times[i];
            rows.Add(ProfileRow.Of(Label(part, layer), times, flop));
        }

        return [.. rows, ProfileRow.Of("between and beside", rest, 0), ProfileRow.Of("all", [.. _totals], rows.Sum(row => row.Flop))];
    }

    private static string Label(StepPart part, EngineLayer? layer) => part switch
    {
        StepPart.CopyIn => "images copied in",
        StepPart.Forward => $"{layer?.Place.Name} forward",
        StepPart.Loss => "loss",
        StepPart.Prepare => layer is null ? "prepared for inference" : $"{layer.Place.Name} transposed",
        StepPart.WeightGradient => $"{layer?.Place.Name} weight gradient",
        StepPart.Backward => layer is LinearLayer ? $"{layer.Place.Name} input gradient" : $"{layer?.Place.Name} backward",
        StepPart.Update => "optimizer",
        StepPart.ShareCopy => "inference: images copied",
        StepPart.ShareForward => $"inference: {layer?.Place.Name} forward",
        StepPart.ShareLoss => "inference: loss",
        _ => $"inference: {layer?.Place.Name} backward",
    };

    private IEnumerable<(StepPart, EngineLayer?)> Order()
    {
        EngineLayer[] forward = [.. model.Layers];
        EngineLayer[] backward = [.. forward.Reverse()];
        (StepPart, EngineLayer?)[] Each(EngineLayer[] layers, params StepPart[] parts) => [.. layers.SelectMany(layer => parts.Select(part => (part, (EngineLayer?)layer)))];
        return
        [
            (StepPart.Prepare, null),
            (StepPart.ShareCopy, null),
            .. Each(forward, StepPart.ShareForward),
            (StepPart.ShareLoss, null),
            .. Each(backward, StepPart.ShareBackward),
            (StepPart.CopyIn, null),
            .. Each(forward, StepPart.Forward),
            (StepPart.Loss, null),
            .. Each(backward, StepPart.Prepare, StepPart.WeightGradient, StepPart.Backward),
            (StepPart.Update, null),
        ];
    }

    private long Flop(StepPart part, EngineLayer? layer) => part switch
    {
        StepPart.Forward or StepPart.WeightGradient or StepPart.Backward => layer!.Flop * images,
        StepPart.ShareForward or StepPart.ShareBackward => layer!.Flop * sharedImages,
        _ => 0,
    };

    // Layers by their number, the network itself behind them.
    private int Place(StepPart part, EngineLayer? layer)
    {
        int place = 0;
        while (place < model.Layers.Length && model.Layers[place] != layer)
            place++;
        return (int)part * _places + place;
    }
}
