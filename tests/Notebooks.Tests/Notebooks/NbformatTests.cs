using System.Text.Json.Nodes;
using AdvLib.Tests;
using AdvNotebooks.Cli.Runner;
using AdvNotebooks.Cli.Ui;
using AdvNotebooks.Tests.Course;

namespace AdvNotebooks.Tests.Notebooks;

/// <summary>The committed notebooks, and what the runner writes, are nbformat 4.5: by its rules, and by Jupyter's own library where that is there.</summary>
[Collection(ConsoleTests.Name)]
public sealed class NbformatTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public static TheoryData<string> Names =>
        [.. Directory.GetFiles(Path.Combine(CourseFolder.Root, "notebooks"), "*.ipynb", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(CourseFolder.Root, path)).Where(path => !path.Contains(".ipynb_checkpoints", StringComparison.Ordinal))];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void A_committed_notebook_keeps_the_format(string path) => Assert.Empty(Nbformat.Problems(Read(Path.Combine(CourseFolder.Root, path))));

    [Fact]
    public async Task An_executed_copy_keeps_the_format_with_every_kind_of_output() => Assert.Empty(Nbformat.Problems(Read(await Execute(Everything()))));

    [Fact]
    public async Task Executing_twice_writes_the_same_bytes_without_this_machine_in_them()
    {
        string notebook = Everything();
        string first = await File.ReadAllTextAsync(await Execute(notebook), TestContext.Current.CancellationToken);
        Assert.Equal(first, await File.ReadAllTextAsync(await Execute(notebook), TestContext.Current.CancellationToken));
        Assert.DoesNotContain(CourseFolder.Root, first, StringComparison.Ordinal);
        Assert.DoesNotContain(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + "/", first, StringComparison.Ordinal);
        Assert.DoesNotContain(DateTime.UtcNow.Year.ToString(System.Globalization.CultureInfo.InvariantCulture) + "-", first, StringComparison.Ordinal);

        // What differs from the original is results, and the cell of injected parameters.
        JsonArray before = Read(notebook)["cells"]!.AsArray(), after = JsonNode.Parse(first)!["cells"]!.AsArray();
        Assert.Equal([.. before.Take(2).Select(Id), "injected-parameters", .. before.Skip(2).Select(Id)], after.Select(Id));
    }

    [Fact]
    public async Task Jupyters_own_library_accepts_them()
    {
        await PythonProcess.Require("nbformat");
        string[] files = [await Execute(Everything()), .. Names.Select(row => Path.Combine(CourseFolder.Root, row.Data))];
        const string Script = "import sys, json, nbformat\nfor path in sys.argv[1:]:\n    nbformat.validate(json.load(open(path, encoding='utf-8')))\n    nbformat.read(path, 4)\n    print('valid')";
        (int exitCode, string output) = await PythonProcess.Run(["-c", Script, .. files]);
        Assert.True(exitCode == 0, output);
        Assert.Equal(files.Length, output.Split('\n').Count(line => line == "valid"));
    }

    [Theory]
    [InlineData("nbformat_minor", "4", "nbformat is not 4.5")]
    [InlineData("extra", "1", "notebook: extra is unknown")]
    [InlineData("cells", """[{"cell_type":"markdown","metadata":{},"source":""}]""", "cell : no id")]
    [InlineData("cells", """[{"id":"a b","cell_type":"markdown","metadata":{},"source":""}]""", "cell a b: id")]
    [InlineData("cells", """[{"id":"a","cell_type":"markdown","metadata":{},"source":""},{"id":"a","cell_type":"raw","metadata":{},"source":""}]""", "id a twice")]
    [InlineData("cells", """[{"id":"a","cell_type":"code","metadata":{},"source":"","outputs":[]}]""", "cell a: no execution_count")]
    [InlineData("cells", """[{"id":"a","cell_type":"code","metadata":{"tags":["x,y"]},"source":"","outputs":[],"execution_count":null}]""", "cell a: tags")]
    [InlineData("cells", """[{"id":"a","cell_type":"code","metadata":{},"source":"","outputs":[{"output_type":"stream","name":"log","text":""}],"execution_count":1}]""", "cell a, an output")]
    [InlineData("cells", """[{"id":"a","cell_type":"code","metadata":{},"source":"","outputs":[{"output_type":"display_data","data":{"text/html":1},"metadata":{}}],"execution_count":1}]""", "cell a, an output")]
    public void What_breaks_the_format_is_found(string member, string json, string problem)
    {
        JsonObject notebook = TestNotebook.Json("1");
        Assert.Empty(Nbformat.Problems(notebook));
        notebook[member] = JsonNode.Parse(json);
        Assert.Contains(problem, Nbformat.Problems(notebook));
    }

    // Streams, displays, an update, pictures, nothing at all, and at last an error.
    private string Everything()
    {
        _folder.WriteSetup();
        return TestNotebook.Write(_folder, "everything.ipynb", "// parameters\nvar n = 1;", "#!import setup.csx", "Console.WriteLine(\"out\");\nConsole.Error.WriteLine(\"err\");", "var shown = display(n);\nshown.Update(n + 1);",
            "var set = SyntheticDigits.Create(20, 7, RandomPurpose.TestDigits);\nset", "new TableView(\"t\", \"a\").Row(\"é\")", "new { A = n, B = new[] { 1.5 } }", "", "throw new InvalidOperationException(\"broken\");", "1");
    }

    private async Task<string> Execute(string notebook)
    {
        Directory.CreateDirectory(_folder.File("out"));
        var options = new RunOptions { Notebooks = [notebook], Parameters = [new("n", "3")], Output = _folder.File("out") };
        await new NotebookRunner(folder => new InProcessKernel(folder), new PlainReporter(TextWriter.Null)).RunAsync(RunPlan.Create(options, _folder.Path, _folder.Path), TestContext.Current.CancellationToken);
        return _folder.File("out/everything.ipynb");
    }

    private static string Id(JsonNode? cell) => cell!["id"]!.ToString();

    private static JsonNode Read(string path) => JsonNode.Parse(File.ReadAllText(path))!;
}
