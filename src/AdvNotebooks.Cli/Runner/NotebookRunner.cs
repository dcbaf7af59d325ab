using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using AdvNotebooks.Cli.Kernel;
using AdvNotebooks.Cli.Notebooks;

namespace AdvNotebooks.Cli.Runner;

/// <summary>Executes notebooks cell by cell and writes each's copy, with the outputs so far, after every cell.</summary>
/// <param name="startKernel">Starts a kernel in a notebook's folder.</param>
/// <param name="reporter">Is told how it goes.</param>
/// <param name="timeout">Time a cell may take; null for no limit.</param>
internal sealed class NotebookRunner(Func<string, IKernel> startKernel, IRunReporter reporter, TimeSpan? timeout = null)
{
    /// <summary>Runs notebooks in order, up to the first that fails.</summary>
    /// <param name="runs">The notebooks.</param>
    /// <param name="cancellation">Ends the run and its kernels.</param>
    /// <returns>The results of the notebooks that ran.</returns>
    public async Task<IReadOnlyList<NotebookResult>> RunAsync(IReadOnlyList<NotebookRun> runs, CancellationToken cancellation)
    {
        var results = new List<NotebookResult>();
        foreach (NotebookRun run in runs)
        {
            reporter.NotebookStarted(run, results.Count + 1, runs.Count);
            NotebookResult result = await RunAsync(run, cancellation);
            results.Add(result);
            reporter.NotebookEnded(result);
            if (result.Failure is not null)
                break;
        }

        return results;
    }

    private async Task<NotebookResult> RunAsync(NotebookRun run, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        if (await MissingPackagesAsync(run.Notebook, cancellation) is { } reason)
            return new NotebookResult(run, 0, Stopwatch.GetElapsedTime(start), null, reason);
        IReadOnlyList<NotebookCell> cells = run.Notebook.CodeCells;
        foreach (NotebookCell cell in run.Notebook.Cells.Where(cell => cell.IsCode))
            cell.Clear();
        run.Notebook.Save(run.Output);

        await using IKernel kernel = startKernel(Path.GetDirectoryName(run.Notebook.Path)!);
        var displayed = new Dictionary<string, JsonObject>();
        for (int i = 0; i < cells.Count; i++)
        {
            reporter.CellStarted(i + 1, cells.Count);
            var outputs = new CellOutputs(i + 1, displayed, PathScrubber.Machine);
            CellError? error = null;
            try
            {
                error = await ExecuteAsync(kernel, new CellRequest(i + 1, cells[i].Source), outputs, cancellation);
                if (error is not null)
                    outputs.Add(error);
            }
            finally
            {
                // Also when the run is interrupted: the reader keeps what the cell has put out.
                cells[i].SetResults(i + 1, outputs.ToJson());
                run.Notebook.Save(run.Output);
            }

            if (error is not null)
                return new NotebookResult(run, i + 1, Stopwatch.GetElapsedTime(start), new CellFailure(i + 1, cells[i].Source, error));
        }

        return new NotebookResult(run, cells.Count, Stopwatch.GetElapsedTime(start), null);
    }

    // A notebook on packages that the feed lacks cannot run here; that is no failure of it. Anything else that is wrong with them its own cells tell.
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
            return exception.Missing.Count == 0 ? null : $"needs {string.Join(" and ", exception.Missing)}, not found on the configured feed";
        }
    }

    private async Task<CellError?> ExecuteAsync(IKernel kernel, CellRequest cell, CellOutputs outputs, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (timeout is { } time)
            limit.CancelAfter(time);
        try
        {
            return await kernel.ExecuteAsync(cell, Report, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            string message = string.Create(CultureInfo.InvariantCulture, $"The cell took longer than {timeout!.Value.TotalSeconds:0.###} s and was ended.");
            return new CellError("CellTimeout", message, [message]);
        }

        void Report(KernelEvent kernelEvent)
        {
            if (kernelEvent is ProgressEvent progress)
                reporter.Training(progress.Training);
            else
                outputs.Add(kernelEvent);
        }
    }
}
