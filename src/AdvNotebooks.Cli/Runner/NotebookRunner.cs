using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using AdvNotebooks.Cli.Kernel;
using AdvNotebooks.Cli.Notebooks;
using AdvNotebooks.Cli.Packages;

namespace AdvNotebooks.Cli.Runner;

/// <summary>Executes notebooks cell by cell and writes each's copy, with the outputs so far, after every cell.</summary>
/// <param name="startKernel">Starts a kernel in a notebook's folder.</param>
/// <param name="reporter">Is told how it goes.</param>
/// <param name="timeout">Time a cell may take; null for no limit.</param>
/// <param name="keepGoing">Whether to go on with the next notebook when one fails.</param>
internal sealed class NotebookRunner(
    Func<string, IKernel> startKernel, IRunReporter reporter, TimeSpan? timeout = null, bool keepGoing = false)
{
    /// <summary>Is told of every notebook that begins.</summary>
    public Action<NotebookRun>? Started { get; init; }

    /// <summary>Runs notebooks in order, up to the first that fails or through all.</summary>
    /// <param name="runs">The notebooks.</param>
    /// <param name="cancellation">Ends the run and its kernels.</param>
    /// <returns>The results of the notebooks that ran.</returns>
    public async Task<IReadOnlyList<NotebookResult>> RunAsync(IReadOnlyList<NotebookRun> runs, CancellationToken cancellation)
    {
        var results = new List<NotebookResult>();
        foreach (NotebookRun run in runs)
        {
            Started?.Invoke(run);
            reporter.NotebookStarted(run, results.Count + 1, runs.Count);
            NotebookResult result = await RunAsync(run, cancellation);
            results.Add(result);
            reporter.NotebookEnded(result);
            if (result.Failure is not null && !keepGoing)
                break;
        }

        return results;
    }

    private async Task<NotebookResult> RunAsync(NotebookRun run, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        if ((NotBuilt(run.Notebook) ?? await MissingPackagesAsync(run.Notebook, cancellation)) is { } reason)
            return new NotebookResult(run, 0, Stopwatch.GetElapsedTime(start), null, reason);
        IReadOnlyList<NotebookCell> cells = run.Notebook.CodeCells;
        foreach (NotebookCell cell in run.Notebook.Cells.Where(cell => cell.IsCode))
            cell.Clear();
        run.Notebook.Save(run.Output);

        await using IKernel kernel = startKernel(Path.GetDirectoryName(run.Notebook.Path)!);
        var displayed = new Dictionary<string, JsonObject>();
        CellOutputs[] outputs = [.. cells.Select((_, i) => new CellOutputs(i + 1, displayed, PathScrubber.Machine))];
        CellError? error = null;
        int executed = 0;
        while (executed < cells.Count && error is null)
        {
            int i = executed++;
            reporter.CellStarted(i + 1, cells.Count);
            try
            {
                error = await ExecuteAsync(kernel, new CellRequest(i + 1, cells[i].Program), outputs[i], cancellation);
                if (error is { EndsKernel: false, Cell: null } meant && cells[i].MayFail)
                {
                    outputs[i].Add(meant);
                    error = null;
                }
            }
            finally
            {
                // Also when the run is interrupted: the reader keeps what the cell has put out.
                cells[i].SetResults(i + 1, outputs[i].ToJson());
                if (error is null)
                    run.Notebook.Save(run.Output);
            }
        }

        if (executed > 0)
            error ??= await kernel.EndAsync();
        if (error is null)
            return new NotebookResult(run, executed, Stopwatch.GetElapsedTime(start), null);

        // It joins the outputs that its cell has in the notebook already.
        int failed = error.Cell ?? executed;
        outputs[failed - 1].Add(error);
        run.Notebook.Save(run.Output);
        return new NotebookResult(run, executed, Stopwatch.GetElapsedTime(start), new CellFailure(failed, cells[failed - 1].Source, error));
    }

    // Building advnb alone leaves out what the recipe does without: libtorch weighs half a gigabyte.
    private static string? NotBuilt(Notebook notebook) =>
        notebook.Packages.Count > 0
        && CellImport.Built.FirstOrDefault(name => notebook.CodeCells.Any(cell => cell.Source == $"#!import {name}")
            && !File.Exists(Path.Combine(Path.GetDirectoryName(notebook.Path)!, name))) is { } missing
            ? $"needs {missing}, which dotnet build writes" : null;

    // A notebook on packages that the feed lacks cannot run here; that is no failure of it.
    // Anything else that is wrong with them its own cells tell.
    private static async Task<string?> MissingPackagesAsync(Notebook notebook, CancellationToken cancellation)
    {
        if (notebook.Packages.Count == 0)
            return null;
        try
        {
            await PackageRestore.RunAsync(notebook.Packages, [], Path.GetDirectoryName(notebook.Path)!, cancellation);
            return null;
        }
        catch (PackageException exception)
        {
            return exception.Missing.Count == 0
                ? null
                : $"needs {string.Join(" and ", exception.Missing)}, not found on the configured feed";
        }
    }

    private async Task<CellError?> ExecuteAsync(IKernel kernel, CellRequest cell, CellOutputs outputs, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (timeout is { } time)
            limit.CancelAfter(time);
        var budget = new OutputBudget(outputs.Add);
        try
        {
            return await kernel.ExecuteAsync(cell, Report, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            string message = string.Create(CultureInfo.InvariantCulture,
                $"{CellErrors.NameOf(cell.Number)} took longer than {timeout!.Value.TotalSeconds:0.###} s and was ended.");
            return new CellError("CellTimeout", message, [message]) { EndsKernel = true };
        }

        void Report(KernelEvent kernelEvent)
        {
            if (kernelEvent is ProgressEvent training)
                reporter.Training(training.Training);
            else if (kernelEvent is WorkEvent work)
                reporter.Working(work.Progress);
            else
                budget.Report(kernelEvent);
        }
    }
}
