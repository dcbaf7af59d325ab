using System.Diagnostics;

namespace AdvLib;

/// <summary>The progress of one run: one output that is kept up to date where the notebook host allows it, else what the console sink writes.</summary>
/// <param name="console">Writes where nothing can be updated.</param>
internal sealed class LiveTraining(TrainingConsole console) : IProgress<TrainingProgress>
{
    // Faster than anybody reads, slow enough that the host's messages cost nothing beside the training.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly List<EpochResult> _epochs = [];
    private Func<object, bool>? _update;
    private bool _started;
    private long _last;

    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        if (_started && _update is null)
        {
            console.Report(value);
            return;
        }

        if (value.Finished is { } epoch)
            _epochs.Add(epoch);
        long now = Stopwatch.GetTimestamp();
        if (_started && value.Finished is null && Stopwatch.GetElapsedTime(_last, now) < Interval)
            return;
        _last = now;
        var status = new TrainingStatus(value, [.. _epochs]);
        if (!_started)
            _update = NotebookHost.Show(status);
        else if (!_update!(status))
            _update = null;
        _started = true;
        if (_update is null)
            console.Report(value);
    }
}
