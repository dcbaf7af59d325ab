using System.Text.Json.Nodes;
using AdvNotebooks.Cli.Notebooks;
using AdvNotebooks.Cli.Runner;

namespace AdvNotebooks.Tests.Runner;

public sealed class RunPlanTests : IDisposable
{
    private const string Parameters = "// parameters\nvar epochs = 20;\nvar epsilon = 0.1f;";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void No_names_mean_the_recipe_and_all_the_whole_course()
    {
        foreach (string name in new[] { "06-more", "02-train", "01-load", "notes", "05-results", "00-intro" })
            TestNotebook.Write(_folder, name + ".ipynb", "1");
        Assert.Equal(["01-load.ipynb", "02-train.ipynb", "05-results.ipynb"], Names(new RunOptions()));
        Assert.Equal(["01-load.ipynb", "02-train.ipynb", "05-results.ipynb", "06-more.ipynb"], Names(new RunOptions { All = true }));
    }

    [Fact]
    public void A_notebook_is_named_by_path_stem_or_the_start_of_a_stem()
    {
        string path = TestNotebook.Write(_folder, "03-fgsm-attack.ipynb", "1");
        Directory.CreateDirectory(_folder.File("packages"));
        TestNotebook.Write(_folder, "packages/torchsharp.ipynb", "1");
        foreach (string name in new[] { path, "03", "03-fgsm-attack", "03-fgsm-attack.ipynb" })
            Assert.Equal(["03-fgsm-attack.ipynb"], Names(new RunOptions { Notebooks = [name] }));
        Assert.Equal(["torchsharp.ipynb"], Names(new RunOptions { Notebooks = ["torchsharp"] }));
    }

    [Fact]
    public void A_name_that_fits_none_or_several_is_refused()
    {
        TestNotebook.Write(_folder, "03-fgsm.ipynb", "1");
        TestNotebook.Write(_folder, "03-more.ipynb", "1");
        Assert.Contains("Did you mean \"03-fgsm\"?", Refused(new RunOptions { Notebooks = ["03-fgms"] }), StringComparison.Ordinal);
        Assert.Contains("several", Refused(new RunOptions { Notebooks = ["03"] }), StringComparison.Ordinal);
        Assert.Contains("Two notebooks", Refused(new RunOptions { Notebooks = ["03-fgsm", "03-fgsm"] }), StringComparison.Ordinal);
    }

    [Fact]
    public void The_executed_copy_never_replaces_the_notebook()
    {
        TestNotebook.Write(_folder, "01-a.ipynb", "1");
        Assert.Contains("itself", Refused(new RunOptions { Output = _folder.Path }), StringComparison.Ordinal);
    }

    [Fact]
    public void The_executed_copy_never_replaces_the_notebook_through_a_link()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a right there");
        Directory.CreateDirectory(_folder.File("a"));
        string path = TestNotebook.Write(_folder, "a/x.ipynb", "1");
        Directory.CreateSymbolicLink(_folder.File("b"), _folder.File("a"));
        Assert.Contains("itself", Refused(new RunOptions { Notebooks = [path], Output = _folder.File("b") }), StringComparison.Ordinal);
        // The notebook named by a link elsewhere.
        Directory.CreateDirectory(_folder.File("c"));
        File.CreateSymbolicLink(_folder.File("c/x.ipynb"), path);
        Assert.Contains("itself", Refused(new RunOptions { Notebooks = [_folder.File("c/x.ipynb")], Output = _folder.File("b") }), StringComparison.Ordinal);
        // Another notebook of the run.
        string other = TestNotebook.Write(_folder, "y.ipynb", "1");
        Assert.Contains("itself", Refused(new RunOptions { Notebooks = [other, path], Output = _folder.File("a") }), StringComparison.Ordinal);
        Assert.Equal(["x.ipynb"], Directory.GetFileSystemEntries(_folder.File("a")).Select(Path.GetFileName));
        Assert.Single(Plan(new RunOptions { Notebooks = [path], Output = _folder.File("c/d") }));
    }

    [Fact]
    public void Letter_case_alone_is_another_file_where_the_file_system_says_so()
    {
        string a = _folder.Write("a.ipynb", "");
        bool one = File.Exists(_folder.File("A.ipynb"));
        Assert.Equal(one, FileIdentity.WouldReplace(_folder.File("A.ipynb"), a));
        Assert.False(FileIdentity.WouldReplace(_folder.File("b.ipynb"), a));
    }

    [Fact]
    public void The_copy_of_a_dib_file_replaces_no_notebook_beside_it()
    {
        string dib = _folder.Write("a.dib", "#!csharp\n1");
        TestNotebook.Write(_folder, "a.ipynb", "1");
        Assert.Contains("would replace", Refused(new RunOptions { Notebooks = [dib], Output = _folder.Path }), StringComparison.Ordinal);
        Assert.Equal("a.ipynb", Path.GetFileName(Assert.Single(Plan(new RunOptions { Notebooks = [dib], Output = _folder.File("out") })).Output));
    }

    [Fact]
    public void Parameters_go_to_every_notebook_that_has_them_and_win_over_quick_values()
    {
        TestNotebook.Write(_folder, "01-a.ipynb", new JsonObject { ["epochs"] = 1, ["epsilon"] = 0.5 }, Parameters);
        TestNotebook.Write(_folder, "02-b.ipynb", "// parameters\nvar epochs = 10;");
        TestNotebook.Write(_folder, "03-c.ipynb", "1");
        IReadOnlyList<NotebookRun> runs = Plan(new RunOptions { Quick = true, Parameters = [new("epochs", "7"), new("epochs", "3")] });
        Assert.Equal("// injected by advnb run\nepochs = 3;\nepsilon = 0.5f;", runs[0].Notebook.CodeCells[1].Source);
        Assert.Equal("// injected by advnb run\nepochs = 3;", runs[1].Notebook.CodeCells[1].Source);
        Assert.Single(runs[2].Notebook.CodeCells);
        Assert.Single(Plan(new RunOptions())[0].Notebook.CodeCells);
    }

    [Fact]
    public void An_unknown_parameter_is_refused_with_the_names_there_are()
    {
        TestNotebook.Write(_folder, "01-a.ipynb", Parameters);
        var exception = Assert.Throws<UnknownParameterException>(() => Plan(new RunOptions { Parameters = [new("epocs", "3")] }));
        Assert.Contains("one of epochs, epsilon", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Did you mean \"epochs\"?", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_value_and_a_wrong_quick_name_are_refused()
    {
        TestNotebook.Write(_folder, "01-a.ipynb", new JsonObject { ["epoch"] = 1 }, Parameters);
        Assert.Contains("a value of type int", Refused(new RunOptions { Parameters = [new("epochs", "many")] }), StringComparison.Ordinal);
        Assert.Contains("quick value for \"epoch\"", Refused(new RunOptions { Quick = true }), StringComparison.Ordinal);
    }

    [Fact]
    public void Resuming_leaves_out_the_first_notebooks_that_are_done_with_the_same_text_and_values()
    {
        foreach (string name in new[] { "01-a", "02-b", "03-c" })
            TestNotebook.Write(_folder, name + ".ipynb", Parameters, "1");
        string[] Left(params KeyValuePair<string, string>[] values) => Names(new RunOptions { Resume = true, Parameters = values });
        void Execute(string name, bool fail = false)
        {
            NotebookRun run = Plan(new RunOptions { Parameters = [new("epochs", "3")] }).Single(run => run.Notebook.Name == name + ".ipynb");
            Directory.CreateDirectory(Path.GetDirectoryName(run.Output)!);
            foreach (NotebookCell cell in run.Notebook.CodeCells)
                cell.SetResults(1, fail ? [new JsonObject { ["output_type"] = "error" }] : []);
            run.Notebook.Save(run.Output);
        }

        string[] all = ["01-a.ipynb", "02-b.ipynb", "03-c.ipynb"];
        Assert.Equal(all, Left(new KeyValuePair<string, string>("epochs", "3")));
        Execute("01-a");
        Execute("03-c");
        Assert.Equal(all[1..], Left(new KeyValuePair<string, string>("epochs", "3")));
        Assert.Equal(all, Left(new KeyValuePair<string, string>("epochs", "4")));
        Assert.Equal(all, Left());
        Execute("02-b", fail: true);
        Assert.Equal(all[1..], Left(new KeyValuePair<string, string>("epochs", "3")));
        Execute("02-b");
        Assert.Empty(Left(new KeyValuePair<string, string>("epochs", "3")));
        File.WriteAllText(Path.Combine(_folder.File("artifacts/notebooks"), "01-a.ipynb"), "half a f");
        Assert.Equal(all, Left(new KeyValuePair<string, string>("epochs", "3")));
    }

    private IReadOnlyList<NotebookRun> Plan(RunOptions options) => RunPlan.Create(options, _folder.Path, _folder.File("artifacts"));

    private string[] Names(RunOptions options) => [.. Plan(options).Select(run => run.Notebook.Name)];

    private string Refused(RunOptions options) => Assert.ThrowsAny<NotebookException>(() => Plan(options)).Message;
}
