using System.Globalization;
using AdvNotebooks.Cli.Kernel;
using AdvNotebooks.Cli.Runner;
using Spectre.Console;

namespace AdvNotebooks.Cli.Ui;

/// <summary>What is printed when a run has ended.</summary>
internal static class RunReport
{
    /// <summary>What is about to run, and about how long it takes.</summary>
    /// <param name="runs">The notebooks.</param>
    /// <param name="options">What was asked for.</param>
    /// <returns>A line.</returns>
    public static string Beginning(IReadOnlyList<NotebookRun> runs, RunOptions options)
    {
        string what = runs.Count == 1
            ? runs[0].Notebook.Name
            : $"{runs.Count.ToString(CultureInfo.InvariantCulture)} notebooks, {runs[0].Notebook.Name} to {runs[^1].Notebook.Name}";
        string how = options.Quick ? "on a small budget: some ten seconds a notebook"
            : options.Notebooks.Count > 0 ? "at full length"
            : options.All ? "at full length: about half an hour on two cores; --quick takes some minutes"
            : "at full length: about five minutes on two cores; --quick takes half a minute";
        return $"Running {what}, {how}. Ctrl-C stops, --resume goes on.";
    }

    /// <summary>What becomes of a run where MNIST is not on the machine.</summary>
    /// <param name="self">How this program is started.</param>
    /// <returns>A line.</returns>
    public static string NoMnist(string self)
        => "MNIST is not on this machine: it is fetched now (11 MB), and where that fails the run is on SYNTHETIC DIGITS. "
            + $"To fetch or check it alone: {self} data";

    /// <summary>That numbers are not MNIST's, though they were to be.</summary>
    /// <param name="self">How this program is started.</param>
    /// <returns>A line.</returns>
    public static string Synthetic(string self)
        => "SYNTHETIC DIGITS, not MNIST, and so is every number above: MNIST was neither on this machine nor within reach. "
            + $"What was tried: {self} data";

    /// <summary>Where to look now.</summary>
    /// <param name="run">A notebook that ran.</param>
    /// <param name="artifacts">The artifacts folder.</param>
    /// <param name="self">How this program is started.</param>
    /// <returns>Lines.</returns>
    public static string Ending(NotebookRun run, string artifacts, string self) => string.Join(
        Environment.NewLine,
        $"Executed notebooks: {Path.GetDirectoryName(run.Output)}",
        $"Record, networks:   {artifacts}",
        $"Report, one page:   {self} report",
        $"Playground:         {self} view");

    /// <summary>The notebooks that ran.</summary>
    /// <param name="results">Their results.</param>
    /// <returns>A table of notebook, cells, seconds and result.</returns>
    public static Table Summary(IReadOnlyList<NotebookResult> results)
    {
        Table table = new Table { Border = TableBorder.Simple }
            .AddColumn("notebook")
            .AddColumn("cells", column => column.RightAligned())
            .AddColumn("seconds", column => column.RightAligned())
            .AddColumn("result");
        foreach (NotebookResult result in results)
        {
            table.AddRow(new Text(result.Run.Notebook.Name), new Text($"{result.Executed}/{result.Run.Notebook.CodeCells.Count}"),
                new Text(Fixed(result.Elapsed.TotalSeconds, 1)),
                new Text(result.Outcome));
        }

        return table;
    }

    /// <summary>Where and why a run stopped.</summary>
    /// <param name="result">The result of the notebook that failed.</param>
    /// <returns>Lines: place and error, the source line, the traceback, and where the outputs so far are.</returns>
    public static string Failure(NotebookResult result)
    {
        CellFailure failure = result.Failure!;
        string line = failure.Error.Line is { } number ? $", line {number}" : "";
        var text = new List<string> { $"{result.Run.Notebook.Name}, {CellErrors.NameOf(failure.Number)}{line}: {failure.Error.Name}: "
            + $"{failure.Error.Message}" };
        if (failure.Error.Line is { } place)
            text.Add($"  {place} | {CellErrors.LineOf(failure.Source, place)}");
        // The traceback's first line repeats the message; a compiler's second and third would repeat the source line.
        text.AddRange(failure.Error.Traceback.Skip(failure.Error.Name == "CompilationError" ? 3 : 1).Select(entry => "  " + entry));
        text.Add($"[n] counts code cells as the executed copy does, which has the outputs so far: {result.Run.Output}");
        return string.Join(Environment.NewLine, text);
    }

    /// <summary>What an interrupted run kept, and how to go on.</summary>
    /// <param name="run">The notebook that was interrupted; null when none had begun.</param>
    /// <param name="self">How this program is started.</param>
    /// <param name="arguments">What the program was started with.</param>
    /// <returns>Lines.</returns>
    public static string Interruption(NotebookRun? run, string self, IReadOnlyList<string> arguments)
    {
        string[] again = [.. arguments.Where(argument => argument != "--resume"), "--resume"];
        string kept = run is null ? "advnb: interrupted before the first notebook began."
            : $"advnb: interrupted in {run.Notebook.Name}. "
                + $"Its outputs so far are in {run.Output}; a training with checkpoints has saved itself.";
        return $"{kept}{Environment.NewLine}Go on with: {self} "
            + string.Join(' ', again.Select(argument => argument.Any(c => char.IsWhiteSpace(c) || c == '"') ? $"'{argument}'" : argument));
    }

    private static string Fixed(double value, int digits) =>
        value.ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
