using System.Text.Json.Nodes;
using AdvNotebooks.Tests.Course;

namespace AdvNotebooks.Tests;

/// <summary>The first cell of every notebook, in a fresh clone, and what comes after it.</summary>
[Collection(KernelSession.Tests)]
public sealed class SetupTests : IDisposable
{
    private const string Says = "AdvLib is not built yet: run \"dotnet build\" once in the repository's folder, then restart this notebook's kernel.";

    private readonly TempFolder _folder = new();

    public SetupTests()
    {
        foreach (string name in (string[])["setup.csx", "not-built.csx"])
            File.Copy(CourseFolder.Notebook(name), _folder.File(name));
    }

    public static TheoryData<string> Names => [.. CourseFolder.Notebooks.Select(path => Path.GetFileName(path))];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_cell_of_a_notebook_says_to_build(string name)
    {
        using var session = new KernelSession(_folder.Path, notebooks: _folder.Path);
        using var kernel = new InteractiveKernel();
        await AssertSaysAsync(kernel);
        foreach (JsonNode? cell in JsonNode.Parse(await File.ReadAllTextAsync(CourseFolder.Notebook(name), TestContext.Current.CancellationToken))!["cells"]!.AsArray())
        {
            string source = string.Concat(cell!["source"]!.AsArray().Select(line => (string?)line));
            // The host swallows what an import meets; the cell behind it says so. A package is the host's own to bring.
            if ((string?)cell["cell_type"] != "code" || source.StartsWith("#!import", StringComparison.Ordinal) || source.StartsWith("#r ", StringComparison.Ordinal))
                continue;
            string? failure = (await kernel.RunAsync(source)).Failure;
            if ((string?)cell["id"] == "parameters")
                Assert.Null(failure);
            else
                Assert.True(failure?.Contains(Says, StringComparison.Ordinal), $"Cell {cell["id"]} does not say so; add a name that it uses to not-built.csx. It says: {failure}");
        }
    }

    [Fact]
    public async Task Building_puts_the_library_there()
    {
        using var session = new KernelSession(_folder.Path, notebooks: _folder.Path);
        using (var before = new InteractiveKernel())
            await AssertSaysAsync(before);
        File.Copy(CourseFolder.Notebook("built.csx"), _folder.File("built.csx"), overwrite: true);
        using var kernel = new InteractiveKernel();
        CellRun built = await kernel.RunAsync("#!import setup.csx");
        Assert.True(built.Failure is null, built.Failure);
        Assert.Equal("", built.Warnings);
        Assert.Equal("1x2x3", (await kernel.RunAsync("new Shape(1, 2, 3)")).Value);
    }

    private static async Task AssertSaysAsync(InteractiveKernel kernel)
    {
        CellRun first = await kernel.RunAsync("#!import setup.csx");
        Assert.Null(first.Failure);
        Assert.Equal("", first.Warnings);
        // What it prints comes through the tool's console, which an embedded kernel has not.
    }
}
