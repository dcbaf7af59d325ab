using AdvNotebooks.Tests.Course;

namespace AdvNotebooks.Tests;

/// <summary>The first cell of every notebook, in a fresh clone.</summary>
[Collection(KernelSession.Tests)]
public sealed class SetupTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_says_in_one_line_to_build_and_works_once_that_is_done()
    {
        File.Copy(Path.Combine(CourseFolder.Root, "notebooks", "setup.csx"), _folder.File("setup.csx"));
        using var session = new KernelSession(_folder.Path, notebooks: _folder.Path);
        using var kernel = new InteractiveKernel();
        CellRun missing = await kernel.RunAsync("#!import setup.csx");
        Assert.Equal("AdvLib is not built yet: run \"dotnet build\" once in the repository's folder, then this cell again.", missing.Failure);

        File.Copy(Path.Combine(CourseFolder.Root, "notebooks", "built.csx"), _folder.File("built.csx"));
        CellRun built = await kernel.RunAsync("#!import setup.csx");
        Assert.True(built.Failure is null, built.Failure);
        Assert.Equal("", built.Warnings);
        Assert.Equal("1x2x3", (await kernel.RunAsync("new Shape(1, 2, 3)")).Value);
    }
}
