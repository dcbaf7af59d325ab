using System.Globalization;
using AdvNotebooks.Cli.Runner;

namespace AdvNotebooks.Cli.Ui;

/// <summary>Progress as plain lines, for logs: a notebook's start, its epochs, other work that takes long, its end.</summary>
/// <param name="output">Where the lines go.</param>
internal sealed class PlainReporter(TextWriter output) : IRunReporter
{
    // Other work has no epochs: a line when it ends, and of very long work one now and then.
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private string _position = "";
    private TimeSpan _told;

    /// <inheritdoc/>
    public Task ShowAsync(Func<Task> work) => work();

    /// <inheritdoc/>
    public void NotebookStarted(NotebookRun run, int index, int count)
    {
        _position = $"[{index}/{count}]";
        output.WriteLine($"{_position} {run.Notebook.Name}: {Plural.Of(run.Notebook.CodeCells.Count, "cell")}");
    }

    /// <inheritdoc/>
    public void CellStarted(int number, int count)
    {
    }

    /// <inheritdoc/>
    public void Training(TrainingProgress progress)
    {
        if (progress.Finished is not { } epoch)
            return;
        string validation = epoch.ValidationAccuracy is { } accuracy
            ? string.Create(CultureInfo.InvariantCulture, $", validation accuracy {100 * accuracy:0.00}%")
            : "";
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{_position}   epoch {epoch.Epoch}/{progress.Epochs}: "
                + $"loss {epoch.Loss:0.0000}, accuracy {100 * epoch.Accuracy:0.00}%{validation}, {epoch.Seconds:0.0} s, "
                + $"{progress.ImagesPerSecond:0} images/s, ETA {(int)progress.Remaining.TotalMinutes}:{progress.Remaining.Seconds:00}"));
    }

    /// <inheritdoc/>
    public void Working(WorkProgress progress)
    {
        if (progress.Ended ? progress.Elapsed >= Shortest : progress.Elapsed - _told >= Interval)
            output.WriteLine($"{_position}   {progress.Title}: {progress.Detail}");
        if (progress.Ended)
            _told = TimeSpan.Zero;
        else if (progress.Elapsed - _told >= Interval)
            _told = progress.Elapsed;
    }

    /// <inheritdoc/>
    public void NotebookEnded(NotebookResult result)
        => output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{_position} {result.Run.Notebook.Name}: {result.Outcome}, {result.Elapsed.TotalSeconds:0.0} s"));
}
