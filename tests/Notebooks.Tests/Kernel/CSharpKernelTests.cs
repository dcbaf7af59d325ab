using AdvNotebooks.Cli.Kernel;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AdvNotebooks.Tests.Kernel;

[Collection(ConsoleTests.Name)]
public sealed class CSharpKernelTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly InProcessKernel _kernel;

    public CSharpKernelTests() => _kernel = new InProcessKernel(_folder.Path);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _kernel.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_last_expression_is_the_value_and_state_lasts_from_cell_to_cell()
    {
        Assert.Empty(await _kernel.Run("var x = 20; int Twice(int n) => 2 * n;\nrecord Point(int X, int Y);"));
        Assert.Equal("42", await _kernel.Value("x += 1;\nTwice(x)"));
        Assert.Equal("hello", await _kernel.Value("\"hello\""));
        Assert.Equal("Point\n      X: 1\n      Y: 2", (await _kernel.Value("new Point(1, 2)")).ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task A_null_value_is_shown_and_a_void_expression_is_not()
    {
        Assert.Equal("<null>", await _kernel.Value("(string)null"));
        Assert.Equal("x\n", await _kernel.Stream("stdout", "Console.WriteLine(\"x\")"));
        Assert.Empty(await _kernel.Run("_ = 1 + 1;"));
    }

    [Fact]
    public async Task Plain_objects_are_tables_as_in_Polyglot_Notebooks()
    {
        var result = Assert.IsType<ResultEvent>(Assert.Single(await _kernel.Run("new[] { new { Name = \"<a>\", Size = 1 } }")));
        Assert.Contains("<table>", result.Data["text/html"], StringComparison.Ordinal);
        Assert.Contains("&lt;a&gt;", result.Data["text/html"], StringComparison.Ordinal);
        Assert.Contains("Size", result.Data["text/plain"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Strings_are_plain_text_whatever_they_look_like()
        => Assert.Equal(["text/plain"], Assert.IsType<ResultEvent>(Assert.Single(await _kernel.Run("\"<svg></svg>\""))).Data.Keys);

    [Fact]
    public async Task Display_shows_updates_and_html_is_html()
    {
        var shown = Assert.IsType<DisplayEvent>(Assert.Single(await _kernel.Run("var d = display(HTML(\"<b>1</b>\"));")));
        Assert.Equal("<b>1</b>", Assert.Single(shown.Data, entry => entry.Key == "text/html").Value);
        Assert.Single(shown.Data);
        var update = Assert.IsType<UpdateEvent>(Assert.Single(await _kernel.Run("d.Update(\"2\");")));
        Assert.Equal(shown.Id, update.Id);
        Assert.Equal("2", update.Data["text/plain"]);
        var extension = Assert.IsType<DisplayEvent>(Assert.Single(await _kernel.Run("\"3\".Display();")));
        Assert.Equal("3", extension.Data["text/plain"]);
        Assert.NotEqual(shown.Id, extension.Id);
        var table = Assert.IsType<DisplayEvent>(Assert.Single(await _kernel.Run("new[] { 1, 2 }.DisplayTable();")));
        Assert.Contains("<table>", table.Data["text/html"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Standard_output_and_error_are_told_apart()
    {
        const string Source = "Console.Write(\"a\"); Console.Write('b'); Console.WriteLine(3); Console.Error.WriteLine(\"e\");";
        Assert.Equal("ab3\n", await _kernel.Stream("stdout", Source));
        Assert.Equal("e\n", await _kernel.Stream("stderr", Source));
        Assert.Equal("<null>", await _kernel.Value("Console.ReadLine()"));
    }

    [Fact]
    public async Task Await_works_at_the_top_level()
        => Assert.Equal("7", await _kernel.Value("await Task.Delay(1);\nvar n = await Task.Run(() => 7);\nn"));

    [Fact]
    public async Task Sync_over_async_does_not_deadlock()
        => Assert.Equal("7", await _kernel.Value("async Task<int> F() { await Task.Delay(1); return 7; }\nF().GetAwaiter().GetResult()"));

    [Fact]
    public async Task Input_output_is_not_among_the_default_usings()
    {
        Assert.Contains("CS0103", (await _kernel.Fail("File.Exists(\"x\")")).Message, StringComparison.Ordinal);
        Assert.Equal("3", await _kernel.Value("using System.IO;\nPath.GetFileName(\"a/3\")"));
    }

    [Fact]
    public async Task Import_and_load_run_files_relative_to_the_notebook()
    {
        _folder.Write("one.csx", "using System.Globalization;\nint one = 1;");
        Directory.CreateDirectory(_folder.File("sub"));
        _folder.Write("sub/two.cs", "#load \"three.csx\"\nint two = three - one;");
        _folder.Write("sub/three.csx", "int three = 3;");
        await _kernel.Run("#!import one.csx");
        Assert.Equal("6", await _kernel.Value("#load \"sub/two.cs\"\none + two + three"));
        Assert.Equal("1.5", await _kernel.Value("1.5.ToString(CultureInfo.InvariantCulture)"));
    }

    [Fact]
    public async Task What_building_writes_and_is_missing_says_to_build_the_library()
    {
        CellError error = await _kernel.Fail("// first\n#!import built.csx");
        Assert.Equal(2, error.Line);
        Assert.Contains("Build once: dotnet build", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_setup_that_names_a_missing_library_says_to_build_it()
    {
        _folder.Write("setup.csx", $"#r \"{_folder.File("AdvLib.dll")}\"");
        Assert.Contains("Build once: dotnet build", (await _kernel.Fail("#!import setup.csx")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_imports_itself_is_refused()
    {
        _folder.Write("a.csx", "#!import b.csx");
        _folder.Write("b.csx", "#!import a.csx");
        Assert.Contains("imports itself", (await _kernel.Fail("#!import a.csx")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cell_may_name_its_language_and_switch_it()
    {
        Assert.Equal("hi\n", await _kernel.Stream("stdout", "#!csharp\nConsole.WriteLine(\"hi\");"));
        Assert.Equal("Skipped: from line 3 on this cell is PowerShell, and advnb runs C#.\nhi\n",
            await _kernel.Stream("stdout", "var a = 1;\n#!pwsh\nGet-Item .\n#!c#\nConsole.WriteLine(\"hi\");"));
        List<KernelEvent> events = await _kernel.Run("#!markdown\n# A *title*\n\n#!html\n<b>b</b>\n#!csharp\na");
        Assert.Equal(["<h1>A <em>title</em></h1>\n", "<b>b</b>"], events.OfType<DisplayEvent>().Select(shown => shown.Data["text/html"]));
        Assert.Equal("1", Assert.IsType<ResultEvent>(events[^1]).Data["text/plain"]);
    }

    [Fact]
    public async Task Time_is_shown_behind_all_else()
    {
        List<KernelEvent> events = await _kernel.Run("#!time\nSystem.Threading.Thread.Sleep(30);\n5");
        Assert.IsType<ResultEvent>(events[0]);
        string shown = Assert.IsType<DisplayEvent>(events[1]).Data["text/plain"];
        Assert.Matches(@"^Wall time: \d+(\.\d+)?ms$", shown);
        Assert.InRange(double.Parse(shown[11..^2], System.Globalization.CultureInfo.InvariantCulture), 30, 30_000);
    }

    [Fact]
    public async Task A_notebook_is_imported_cell_by_cell()
    {
        System.Text.Json.Nodes.JsonObject json = TestNotebook.Json("#!import more.dib", "let x = 1", "var sum = one + 1;");
        json["cells"]![2]!["metadata"]!["polyglot_notebook"] = new System.Text.Json.Nodes.JsonObject { ["kernelName"] = "fsharp" };
        _folder.Write("a.ipynb", json.ToJsonString());
        _folder.Write("more.dib", "#!csharp\nvar one = 1;\n#!markdown\n# Prose\n");
        await _kernel.Run("#!import a.ipynb");
        Assert.Equal("2", await _kernel.Value("sum"));
        _folder.Write("wrong.ipynb", TestNotebook.Json("1", "var x = 1;\nnope").ToJsonString());
        CellError error = await _kernel.Fail("// first\n#!import wrong.ipynb");
        Assert.Equal(2, error.Line);
        Assert.Contains(error.Traceback, line => line.Contains("wrong.ipynb, cell [2], line 2", StringComparison.Ordinal));
        json["metadata"]!["kernelspec"]!["language"] = "python";
        _folder.Write("p.ipynb", json.ToJsonString());
        Assert.Contains("python", (await _kernel.Fail("#!import p.ipynb")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#!import data.txt", "Cannot import data.txt")]
    [InlineData("#!import none.csx", "none.csx does not exist")]
    [InlineData("#r \"none.dll\"", "none.dll does not exist")]
    [InlineData("#!who", "Unknown magic command \"#!who\"")]
    public async Task A_directive_that_cannot_be_carried_out_says_so(string source, string message)
    {
        CellError error = await _kernel.Fail(source);
        Assert.Equal("DirectiveError", error.Name);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task References_may_be_absolute_relative_or_of_the_framework()
    {
        // An assembly that cells do not have by default, under a name of the test's own folder.
        File.Copy(typeof(Spectre.Console.Table).Assembly.Location, _folder.File("Spectre.Console.dll"));
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Spectre.Console.Ansi.dll"), _folder.File("Spectre.Console.Ansi.dll"));
        Assert.Equal("Spectre.Console", await _kernel.Value("#r \"Spectre.Console.dll\"\n#r \"System.Net.Http\"\ntypeof(Spectre.Console.Table).Assembly.GetName().Name"));
        await using var other = new InProcessKernel(_folder.Path);
        Assert.Equal("Table", await other.Value($"#r \"{_folder.File("Spectre.Console.dll")}\"\ntypeof(Spectre.Console.Table).Name"));
    }

    [Fact]
    public async Task The_notebook_uses_this_processs_AdvLib_whatever_copy_it_names()
    {
        _folder.WriteSetup();
        IProgress<AdvLib.TrainingProgress> before = AdvLib.TrainingConsole.Default;
        var sink = new Sink();
        AdvLib.TrainingConsole.Default = sink;
        try
        {
            await _kernel.Run("#!import setup.csx");
            await _kernel.Run("TrainingConsole.Default.Report(new TrainingProgress(3, 20, 1, 1, 0, 0, 0, TimeSpan.Zero, null));");
            Assert.Equal(3, sink.Epoch);
        }
        finally
        {
            AdvLib.TrainingConsole.Default = before;
        }
    }

    [Fact]
    public async Task Another_build_of_AdvLib_gives_way_to_this_processs()
    {
        var fake = CSharpCompilation.Create("AdvLib",
            [CSharpSyntaxTree.ParseText("[assembly: System.Reflection.AssemblyVersion(\"9.0.0.0\")] namespace AdvLib { public class Shape { } public class OnlyHere { } }", cancellationToken: TestContext.Current.CancellationToken)],
            [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        Assert.True(fake.Emit(_folder.File("AdvLib.dll"), cancellationToken: TestContext.Current.CancellationToken).Success);
        Assert.Equal("28x28x1", await _kernel.Value("#r \"AdvLib.dll\"\nnew AdvLib.Shape(28, 28, 1).ToString()"));
        Assert.Contains("OnlyHere", (await _kernel.Fail("new AdvLib.OnlyHere()")).Message, StringComparison.Ordinal);
    }

    private sealed class Sink : IProgress<AdvLib.TrainingProgress>
    {
        public int Epoch { get; private set; }

        public void Report(AdvLib.TrainingProgress value) => Epoch = value.Epoch;
    }
}
