using System.Globalization;
using AdvNotebooks.Cli.Runner;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace AdvNotebooks.Cli.Ui;

/// <summary>Progress as bars on a terminal: notebooks, cells, and the training or other long computation that runs.</summary>
/// <param name="console">The terminal.</param>
internal sealed class LiveReporter(IAnsiConsole console) : IRunReporter
{
    private ProgressContext? _context;
    private ProgressTask? _notebooks;
    private ProgressTask? _cells;
    private ProgressTask? _running;

    /// <inheritdoc/>
    public Task ShowAsync(Func<Task> work)
        => console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new DetailColumn())
            .StartAsync(context =>
            {
                _context = context;
                return work();
            });

    /// <inheritdoc/>
    public void NotebookStarted(NotebookRun run, int index, int count)
    {
        _notebooks ??= _context!.AddTask("notebooks", maxValue: count);
        _notebooks.Description = $"notebook {index} of {count}";
        Detail(_notebooks, run.Notebook.Name);
    }

    /// <inheritdoc/>
    public void CellStarted(int number, int count)
    {
        _cells ??= _context!.AddTask("cells", maxValue: count);
        _cells.Description = $"cell {number} of {count}";
        _cells.Value = number - 1;
        EndRunning();
    }

    /// <inheritdoc/>
    public void Training(TrainingProgress progress)
    {
        double done = ((double)(progress.Epoch - 1) * progress.Steps) + progress.Step;
        string detail = string.Create(CultureInfo.InvariantCulture,
            $"loss {progress.Loss:0.0000}  accuracy {100 * progress.Accuracy:0.00}%  {progress.ImagesPerSecond:0} images/s  "
            + $"ETA {(int)progress.Remaining.TotalMinutes}:{progress.Remaining.Seconds:00}");
        Run($"epoch {progress.Epoch} of {progress.Epochs}, step {progress.Step} of {progress.Steps}",
            done / ((double)progress.Epochs * progress.Steps), detail);
    }

    /// <inheritdoc/>
    public void Working(WorkProgress progress)
    {
        if (progress.Ended)
            EndRunning();
        else
            Run(progress.Title, progress.Share, progress.Detail);
    }

    /// <inheritdoc/>
    public void NotebookEnded(NotebookResult result)
    {
        EndRunning();
        if (_cells is not null)
            _context!.RemoveTask(_cells);
        _cells = null;
        _notebooks!.Increment(1);
        string mark = result.Skipped is not null ? "–" : result.Failure is null ? "✓" : "✗";
        string outcome = result.Skipped is null ? Plural.Of(result.Executed, "cell") : result.Outcome;
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture,
            $"{mark} {result.Run.Notebook.Name}  [grey]{outcome}, {result.Elapsed.TotalSeconds:0.0} s[/]");
    }

    private void Run(string what, double share, string detail)
    {
        _running ??= _context!.AddTask(what, maxValue: 1);
        (_running.Description, _running.Value) = (Markup.Escape(what), share);
        Detail(_running, detail);
    }

    private void EndRunning()
    {
        if (_running is not null)
            _context!.RemoveTask(_running);
        _running = null;
    }

    private static void Detail(ProgressTask task, string text) => task.Tag = text;

    private sealed class DetailColumn : ProgressColumn
    {
        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
            => new Text(task.Tag as string ?? "", new Style(Color.Grey)).Overflow(Overflow.Ellipsis);
    }
}
