using System.Globalization;
using AdvNotebooks.Cli.Runner;

namespace AdvNotebooks.Cli.Ui;

/// <summary>Progress as plain lines, for logs: a notebook's start, its epochs, its end.</summary>
/// <param name="output">Where the lines go.</param>
internal sealed class PlainReporter(TextWriter output) : IRunReporter
{
    private string _position = "";

    /// <inheritdoc/>
    public Task ShowAsync(Func<Task> work) => work();

    /// <inheritdoc/>
    public void NotebookStarted(NotebookRun run, int index, int count)
    {
        _position = $"[{index}/{count}]";
        output.WriteLine($"{_position} {run.Notebook.Name}: {run.Notebook.CodeCells.Count} cells");
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
        string validation = epoch.ValidationAccuracy is { } accuracy ? string.Create(CultureInfo.InvariantCulture, $", validation accuracy {100 * accuracy:0.00}%") : "";
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{_position}   epoch {epoch.Epoch}/{progress.Epochs}: loss {epoch.Loss:0.0000}, accuracy {100 * epoch.Accuracy:0.00}%{validation}, {epoch.Seconds:0.0} s"));
    }

    /// <inheritdoc/>
    public void NotebookEnded(NotebookResult result)
        => output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{_position} {result.Run.Notebook.Name}: {result.Outcome}, {result.Elapsed.TotalSeconds:0.0} s"));
}
