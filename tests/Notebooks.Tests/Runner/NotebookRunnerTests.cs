using System.Text.Json.Nodes;
using AdvNotebooks.Cli.Notebooks;
using AdvNotebooks.Cli.Runner;
using AdvNotebooks.Cli.Ui;

namespace AdvNotebooks.Tests.Runner;

[Collection(ConsoleTests.Name)]
public sealed class NotebookRunnerTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly StringWriter _log = new() { NewLine = "\n" };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_failing_cell_stops_the_run_and_the_outputs_so_far_are_kept()
    {
        string path = TestNotebook.Write(_folder, "a.ipynb", "Console.WriteLine(\"kept\");", "Console.WriteLine(\"too\");\nint.Parse(\"x\")", "1");
        string second = TestNotebook.Write(_folder, "b.ipynb", "1");
        string before = File.ReadAllText(path);
        NotebookResult result = Assert.Single(await Run(path, second));

        Assert.Equal(2, result.Failure!.Number);
        Assert.Equal(2, result.Failure.Error.Line);
        JsonArray cells = Copy("a.ipynb")["cells"]!.AsArray();
        Assert.Equal("kept\n", (string?)cells[1]!["outputs"]![0]!["text"]![0]);
        Assert.Equal("too\n", (string?)cells[2]!["outputs"]![0]!["text"]![0]);
        Assert.Equal("error", (string?)cells[2]!["outputs"]![1]!["output_type"]);
        Assert.Equal("FormatException", (string?)cells[2]!["outputs"]![1]!["ename"]);
        Assert.Null(cells[3]!["execution_count"]);
        Assert.Equal(before, File.ReadAllText(path));
        Assert.False(File.Exists(_folder.File("out/b.ipynb")));

        string message = RunReport.Failure(result);
        Assert.Contains("a.ipynb, cell [2], line 2: FormatException", message, StringComparison.Ordinal);
        Assert.Contains("2 | int.Parse(\"x\")", message, StringComparison.Ordinal);
        Assert.Contains("[1/2] a.ipynb: failed at cell [2]", _log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_that_a_tag_announces_is_kept_and_the_run_goes_on()
    {
        JsonObject json = TestNotebook.Json("throw new Exception(\"meant\");", "Console.WriteLine(\"hi\");");
        json["cells"]![1]!["metadata"]!["tags"] = new JsonArray("raises-exception");
        string path = _folder.Write("a.ipynb", json.ToJsonString());
        NotebookResult result = Assert.Single(await Run(path));
        Assert.Null(result.Failure);
        JsonArray cells = Copy("a.ipynb")["cells"]!.AsArray();
        Assert.Equal("meant", (string?)cells[1]!["outputs"]![0]!["evalue"]);
        Assert.Equal("hi\n", (string?)cells[2]!["outputs"]![0]!["text"]![0]);
        Assert.True(result.Run.IsDone());
    }

    [Fact]
    public async Task A_cell_of_another_language_is_skipped_with_a_notice()
    {
        JsonObject json = TestNotebook.Json("let x = 1", "# Prose", "1 + 1");
        json["cells"]![1]!["metadata"]!["polyglot_notebook"] = new JsonObject { ["kernelName"] = "fsharp" };
        json["cells"]![2]!["metadata"]!["dotnet_interactive"] = new JsonObject { ["language"] = "markdown" };
        NotebookResult result = Assert.Single(await Run(_folder.Write("a.ipynb", json.ToJsonString())));
        Assert.Null(result.Failure);
        JsonArray cells = Copy("a.ipynb")["cells"]!.AsArray();
        Assert.Equal("let x = 1", (string?)cells[1]!["source"]);
        Assert.Equal("Skipped: this cell is F#, and advnb runs C#.\n", (string?)cells[1]!["outputs"]![0]!["text"]![0]);
        Assert.Contains("<h1>Prose</h1>", (string?)cells[2]!["outputs"]![0]!["data"]!["text/html"]![0], StringComparison.Ordinal);
        Assert.Equal("2", (string?)cells[3]!["outputs"]![0]!["data"]!["text/plain"]![0]);
    }

    [Fact]
    public async Task A_notebook_whose_packages_the_feed_lacks_is_skipped_and_fails_nothing()
    {
        var packages = new TestPackages(_folder);
        packages.Add("TestSeven", "1.0.0", "public static class Seven { public static int Value => 7; }");
        string missing = TestNotebook.Write(_folder, "a.ipynb", new JsonArray("TestSeven, 1.0.0", "TestAbsent, 1.0.0"), "throw new Exception();");
        string there = TestNotebook.Write(_folder, "b.ipynb", new JsonArray("TestSeven, 1.0.0"), "#r \"nuget: TestSeven, 1.0.0\"\nSeven.Value");
        IReadOnlyList<NotebookResult> results = await Run(missing, there);

        Assert.Equal("needs TestAbsent 1.0.0, not found on the configured feed", results[0].Skipped);
        Assert.Null(results[0].Failure);
        Assert.False(File.Exists(_folder.File("out/a.ipynb")));
        Assert.Contains("[1/2] a.ipynb: skipped: needs TestAbsent 1.0.0, not found on the configured feed", _log.ToString(), StringComparison.Ordinal);
        Assert.Null(results[1].Skipped);
        Assert.Equal("7", (string?)Copy("b.ipynb")["cells"]![1]!["outputs"]![0]!["data"]!["text/plain"]![0]);
    }

    [Fact]
    public async Task A_notebook_on_a_package_whose_half_of_AdvLib_is_not_built_is_skipped_until_it_is()
    {
        string path = TestNotebook.Write(_folder, "a.ipynb", new JsonArray("TestSeven, 1.0.0"), "#!import torchsharp.csx", "Seven");
        Assert.Equal("needs torchsharp.csx, which dotnet build writes", Assert.Single(await Run(path)).Skipped);
        new TestPackages(_folder).Add("TestSeven", "1.0.0", "public static class Other;");
        File.WriteAllText(_folder.File("torchsharp.csx"), "var Seven = 7;");
        NotebookResult built = Assert.Single(await Run(path));
        Assert.True(built is { Skipped: null, Failure: null }, built.Outcome);
    }

    [Fact]
    public async Task Two_runs_write_the_same_bytes_and_old_outputs_are_gone()
    {
        string path = TestNotebook.Write(_folder, "a.ipynb", "// parameters\nvar n = 1;", "var d = display(n);", "new { A = n, B = new[] { 1.5, 2 } }", "d.Update(\"é\");\nConsole.Error.WriteLine(n)", "");
        var json = (JsonObject)JsonNode.Parse(File.ReadAllText(path))!;
        json["cells"]![1]!["outputs"] = new JsonArray(new JsonObject { ["output_type"] = "stream", ["name"] = "stdout", ["text"] = "old" });
        File.WriteAllText(path, json.ToJsonString());
        await Run(path);
        byte[] first = File.ReadAllBytes(_folder.File("out/a.ipynb"));
        await Run(path);
        Assert.Equal(first, File.ReadAllBytes(_folder.File("out/a.ipynb")));

        JsonArray cells = Copy("a.ipynb")["cells"]!.AsArray();
        Assert.Empty(cells[1]!["outputs"]!.AsArray());
        Assert.Equal([1, 2, 3, 4, null], cells.Skip(1).Select(cell => (int?)cell!["execution_count"]));
        Assert.Equal("é", (string?)cells[2]!["outputs"]![0]!["data"]!["text/plain"]![0]);
        Assert.Equal("execute_result", (string?)cells[3]!["outputs"]![0]!["output_type"]);
    }

    [Fact]
    public async Task Injected_parameters_take_effect_and_show_in_the_copy()
    {
        string path = TestNotebook.Write(_folder, "a.ipynb", "// parameters\nvar epochs = 20;\nvar rates = new[] { 0.1f };", "$\"{epochs} {rates[1]}\"");
        await Run(new RunOptions { Notebooks = [path], Parameters = [new("epochs", "3"), new("rates", "1,0.25")] });
        JsonArray cells = Copy("a.ipynb")["cells"]!.AsArray();
        Assert.Equal("injected-parameters", (string?)cells[2]!["metadata"]!["tags"]![0]);
        Assert.Equal("3 0.25", (string?)cells[3]!["outputs"]![0]!["data"]!["text/plain"]![0]);
    }

    [Fact]
    public async Task A_notebook_that_cannot_be_run_is_refused_before_any_runs()
    {
        string good = TestNotebook.Write(_folder, "a.ipynb", "1");
        string bad = _folder.Write("b.ipynb", "{");
        await Assert.ThrowsAsync<NotebookException>(() => Run(good, bad));
        Assert.False(Directory.Exists(_folder.File("out")));
    }

    private Task<IReadOnlyList<NotebookResult>> Run(params string[] paths) => Run(new RunOptions { Notebooks = paths });

    private async Task<IReadOnlyList<NotebookResult>> Run(RunOptions options)
    {
        IReadOnlyList<NotebookRun> runs = RunPlan.Create(options with { Output = _folder.File("out") }, _folder.Path, _folder.Path);
        Directory.CreateDirectory(_folder.File("out"));
        return await new NotebookRunner(folder => new InProcessKernel(folder), new PlainReporter(_log)).RunAsync(runs, TestContext.Current.CancellationToken);
    }

    private JsonObject Copy(string name) => (JsonObject)JsonNode.Parse(File.ReadAllText(_folder.File($"out/{name}")))!;
}
