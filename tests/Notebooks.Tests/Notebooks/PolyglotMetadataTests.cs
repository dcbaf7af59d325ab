using System.Text.Json.Nodes;
using AdvNotebooks.Cli.Notebooks;
using AdvNotebooks.Tests.Course;

namespace AdvNotebooks.Tests.Notebooks;

/// <summary>Notebooks open in VS Code without a change, and keep their tags through a save.</summary>
public sealed class PolyglotMetadataTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public static TheoryData<string> Names => [.. Directory.GetFiles(Path.Combine(CourseFolder.Root, "notebooks"), "*.ipynb", SearchOption.AllDirectories)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void A_notebook_of_the_course_opens_clean_and_keeps_its_parameters(string path)
    {
        JsonObject notebook = Read(path);
        Assert.False(PolyglotExtension.OpenAndSave(notebook));
        Assert.Single(notebook["cells"]!.AsArray(), cell => cell!["metadata"]!["tags"]?.AsArray().Any(tag => (string?)tag == "parameters") == true);
    }

    [Fact]
    public void A_notebook_with_tags_alone_loses_them_and_an_executed_copy_of_it_does_not()
    {
        string path = TestNotebook.Write(_folder, "a.ipynb", "// parameters\nvar epochs = 2;", "epochs");
        JsonObject untouched = Read(path);
        Assert.True(PolyglotExtension.OpenAndSave(untouched));
        Assert.DoesNotContain("tags", untouched.ToJsonString(), StringComparison.Ordinal);

        Notebook notebook = Notebook.Load(path);
        ParametersCell.Inject(notebook, [(new NotebookParameter("epochs", "int"), "3")]);
        notebook.Save(_folder.File("copy.ipynb"));
        JsonObject copy = Read(_folder.File("copy.ipynb"));
        Assert.Empty(Nbformat.Problems(copy));
        Assert.False(PolyglotExtension.OpenAndSave(copy));
        Assert.Equal(["parameters", "injected-parameters"], copy["cells"]!.AsArray().SelectMany(cell => cell!["metadata"]!["tags"]?.AsArray() ?? []).Select(tag => (string?)tag));
    }

    [Fact]
    public void What_names_a_kernel_already_stays()
    {
        JsonObject json = TestNotebook.Json("1");
        json["cells"]![1]!["metadata"] = new JsonObject { ["dotnet_interactive"] = new JsonObject { ["language"] = "csharp" } };
        json["metadata"]!["polyglot_notebook"] = new JsonObject { ["kernelInfo"] = new JsonObject { ["defaultKernelName"] = "csharp" } };
        JsonNode before = json.DeepClone();
        PolyglotMetadata.Complete(json);
        Assert.True(JsonNode.DeepEquals(before, json));
    }

    private static JsonObject Read(string path) => JsonNode.Parse(File.ReadAllText(path))!.AsObject();
}
