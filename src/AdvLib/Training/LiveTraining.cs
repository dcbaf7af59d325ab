using System.Diagnostics;

namespace AdvLib;

/// <summary>
/// The progress of one run: one output that is kept up to date where the notebook host allows it, else what the console sink writes.
/// </summary>
/// <param name="console">Writes where nothing can be updated.</param>
/// <param name="checkpoints">Where the run is saved; null where it is not.</param>
internal sealed class LiveTraining(TrainingConsole console, Checkpoints? checkpoints) : IProgress<TrainingProgress>
{
    // Faster than anybody reads, slow enough that the host's messages cost nothing beside the training.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly List<EpochResult> _epochs = [];
    private readonly LiveOutput _output = new();
    private long _last;

    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        if (!_output.IsLive)
        {
            console.Report(value);
            return;
        }

        if (value.Finished is { } epoch)
            _epochs.Add(epoch);
        long now = Stopwatch.GetTimestamp();
        if (_last != 0 && value.Finished is null && Stopwatch.GetElapsedTime(_last, now) < Interval)
            return;
        _last = now;
        EpochResult[] epochs = [.. _epochs];
        if (!_output.Show(new TrainingStatus(value, epochs), new TrainingStatus(value, epochs) { Stopped = Kept }))
            console.Report(value);
    }

    private string Kept => checkpoints is null ? "the network keeps what it has learned"
        : $"saved in {Path.GetFileName(checkpoints.Folder)}; with Resume = true the trainer goes on from there";
}
