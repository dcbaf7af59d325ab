using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AdvNotebooks.Cli.Kernel;
using AdvNotebooks.Cli.Runner;
using Spectre.Console;

namespace AdvNotebooks.Cli.Ui;

/// <summary>What is printed when a run has ended.</summary>
internal static class RunReport
{
    private static readonly (string Key, string Label)[] Headlines =
    [
        ("clean_before", "clean, before"),
        ("fgsm_before", "FGSM, before"),
        ("clean_after", "clean, after"),
        ("stale_after", "FGSM, after (stale: images made before)"),
        ("fresh_after", "FGSM, after (fresh: attacked again)"),
    ];

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
            table.AddRow(new Text(result.Run.Notebook.Name), new Text($"{result.Executed}/{result.Run.Notebook.CodeCells.Count}"), new Text(Fixed(result.Elapsed.TotalSeconds, 1)),
                new Text(result.Failure is { } failure ? $"failed at cell [{failure.Number}]" : "ok"));
        }

        return table;
    }

    /// <summary>The headline results of a run card; every number of images made from the old model says so.</summary>
    /// <param name="path">The file <c>run.json</c>.</param>
    /// <returns>A table of loss, accuracy and number of images; null when the file has no results to show.</returns>
    public static Table? Results(string path)
    {
        JsonNode? card;
        try
        {
            card = JsonNode.Parse(File.ReadAllBytes(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }

        JsonObject? results = Member(card, "results") as JsonObject;
        var table = new Table { Border = TableBorder.Simple };
        if (Member(Member(card, "dataset"), "name") is JsonValue name)
            table.Title($"data set: {Markup.Escape(name.ToString())}");
        table.AddColumn("images").AddColumn("loss", column => column.RightAligned()).AddColumn("accuracy", column => column.RightAligned()).AddColumn("count", column => column.RightAligned());
        foreach (var (key, label) in Headlines)
        {
            if (Member(results, key) is not JsonObject row)
                continue;
            table.AddRow(label, Format(row, "loss", value => Fixed(value, 4)), Format(row, "accuracy", value => Fixed(100 * value, 2) + "%"), Format(row, "count", value => Fixed(value, 0)));
        }

        return table.Rows.Count > 0 ? table : null;
    }

    /// <summary>Where and why a run stopped.</summary>
    /// <param name="result">The result of the notebook that failed.</param>
    /// <returns>Lines: place and error, the source line, the traceback, and where the outputs so far are.</returns>
    public static string Failure(NotebookResult result)
    {
        CellFailure failure = result.Failure!;
        string line = failure.Error.Line is { } number ? $", line {number}" : "";
        var text = new List<string> { $"{result.Run.Notebook.Name}, {CellErrors.NameOf(failure.Number)}{line}: {failure.Error.Name}: {failure.Error.Message}" };
        if (failure.Error.Line is { } place)
            text.Add($"  {place} | {CellErrors.LineOf(failure.Source, place)}");
        // The traceback's first line repeats the message; a compiler's second and third would repeat the source line.
        text.AddRange(failure.Error.Traceback.Skip(failure.Error.Name == "CompilationError" ? 3 : 1).Select(entry => "  " + entry));
        text.Add($"[n] counts code cells as the executed copy does, which has the outputs so far: {result.Run.Output}");
        return string.Join(Environment.NewLine, text);
    }

    private static JsonNode? Member(JsonNode? node, string name) => node is JsonObject json && json.TryGetPropertyValue(name, out JsonNode? value) ? value : null;

    private static string Format(JsonObject row, string name, Func<double, string> format)
        => Member(row, name) is JsonValue value && value.TryGetValue(out double number) ? format(number) : "";

    private static string Fixed(double value, int digits) => value.ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
