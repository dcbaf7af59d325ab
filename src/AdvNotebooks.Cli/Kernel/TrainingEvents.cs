using System.Diagnostics;

namespace AdvNotebooks.Cli.Kernel;

/// <summary>
/// The progress sink of notebooks that run here: prints what the default sink prints, so that the notebook's output has it,
/// and tells the runner's screen how far a training is.
/// </summary>
/// <param name="inner">The sink that prints.</param>
internal sealed class TrainingEvents(IProgress<TrainingProgress> inner) : IProgress<TrainingProgress>
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private long _last = long.MinValue / 2;

    /// <summary>
    /// Makes every training that is given no sink of its own report here, and every other long computation to the runner alone.
    /// </summary>
    /// <param name="stop">Asks trainings and other long computations to stop.</param>
    public static void Install(CancellationToken stop)
    {
        TrainingConsole.Default = new TrainingEvents(TrainingConsole.Default);
        Work.Host = new WorkHost(new WorkEvents(), stop);
    }

    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        inner.Report(value);
        long now = Stopwatch.GetTimestamp();
        if (value.Finished is null && Stopwatch.GetElapsedTime(_last, now) < Interval)
            return;
        _last = now;
        CellOutput.Report(new ProgressEvent(value));
    }

    // Seconds and speeds are nothing to keep in a notebook.
    private sealed class WorkEvents : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => CellOutput.Report(new WorkEvent(value));
    }
}
