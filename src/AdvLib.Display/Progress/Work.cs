using System.Diagnostics;

namespace AdvLib;

/// <summary>
/// A computation that may take long, and tells how far it is. One that begins inside another is a part of it: only the outermost is
/// shown. It is measured in passes of one image forwards through the network; what an attack saves by ending early counts as done.
/// </summary>
public sealed class Work : IDisposable
{
    /// <summary>What a pass forwards and back costs, in passes forwards.</summary>
    public const int GradientPasses = 3;

    private static readonly AsyncLocal<WorkHost?> CurrentHost = new();
    private static readonly WorkHost NoHost = new(null, CancellationToken.None);

    [ThreadStatic]
    private static Work? _current;

    private readonly string _name;
    private readonly double _passes;
    private readonly Work? _outer;
    private readonly Work _outermost;
    private readonly double _before;
    private readonly IProgress<WorkProgress>? _sink;
    private readonly long _started = Stopwatch.GetTimestamp();
    private double _done;
    private long _images;
    private long _last;
    private bool _shown;

    private Work(string name, double passes, Work? outer)
    {
        (_name, _passes, _outer, _outermost, _before) = (name, passes, outer, outer?._outermost ?? this, outer?._done ?? 0);
        _sink = outer is null && passes > 0 ? Host.Sink ?? new LiveWork() : null;
    }

    /// <summary>The host of this thread and of those it starts.</summary>
    public static WorkHost Host
    {
        get => CurrentHost.Value ?? NoHost;
        set => CurrentHost.Value = value;
    }

    /// <summary>Asks whatever runs on this thread to stop: <see cref="Host"/>'s word where one is set, else the notebook host's.</summary>
    public static CancellationToken Stop =>
        CurrentHost.Value is { } host ? host.Stop : NotebookHost.Current?.Stop ?? CancellationToken.None;

    /// <summary>Begins a computation, or a part of the one that runs on this thread; disposing of it ends it.</summary>
    /// <param name="name">What it is.</param>
    /// <param name="passes">Passes it takes at most; 0 for one that tells its own progress, and stops by itself.</param>
    /// <returns>The computation.</returns>
    public static Work Begin(string name, double passes) => _current = new Work(name, passes, _current);

    /// <summary>Tells that images went through the network.</summary>
    /// <param name="images">Number of images.</param>
    /// <param name="passes">Passes each.</param>
    /// <exception cref="OperationCanceledException">The host asks to stop.</exception>
    public static void Done(long images, int passes)
    {
        if (_current is not { _outermost: { _passes: > 0 } outermost } current)
            return;
        WorkHost host = Host;
        Stop.ThrowIfCancellationRequested();
        for (Work? work = current; work is not null; work = work._outer)
            work._done += (double)images * passes;
        outermost._images += images;
        long now = Stopwatch.GetTimestamp();
        if (Stopwatch.GetElapsedTime(outermost._started, now) < host.Unseen
            || Stopwatch.GetElapsedTime(outermost._last, now) < host.Interval)
            return;
        (outermost._last, outermost._shown) = (now, true);
        outermost._sink!.Report(outermost.Progress(current._name, ended: false));
    }

    /// <summary>Ends the computation.</summary>
    public void Dispose()
    {
        _current = _outer;
        if (_outer is not null)
            _outer._done = Math.Max(_outer._done, _before + _passes);
        else if (_shown)
            _sink!.Report(Progress("", ended: true));
    }

    private WorkProgress Progress(string part, bool ended)
    {
        TimeSpan elapsed = Stopwatch.GetElapsedTime(_started);
        double share = ended ? 1 : Math.Clamp(_done / _passes, 1e-6, 1);
        return new WorkProgress(_name, part, share, _images / elapsed.TotalSeconds, elapsed, elapsed * ((1 / share) - 1), ended);
    }
}
