namespace AdvLib.Tests;

[Collection(nameof(ProcessState))]
public sealed class ArtifactsTests : IDisposable
{
    private readonly ArtifactsFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_variable_names_the_folder()
    {
        Assert.Equal("ADVLIB_ARTIFACTS", Artifacts.FolderVariable);
        Assert.Equal(_folder.Root, Artifacts.Folder);
        Assert.Equal(_folder.Card, Artifacts.PathOf("run.json"));

        Environment.CurrentDirectory = _folder.Parent;
        Environment.SetEnvironmentVariable(Artifacts.FolderVariable, "relative");
        Assert.Equal(Path.Combine(Environment.CurrentDirectory, "relative"), Artifacts.Folder);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Without_it_the_folder_is_at_the_root_of_the_repository_around_the_current_folder_or_in_that(string? variable)
    {
        Environment.SetEnvironmentVariable(Artifacts.FolderVariable, variable);
        Environment.CurrentDirectory = _folder.Parent;
        string root = Environment.CurrentDirectory;
        Directory.CreateDirectory(Path.Combine(root, "notebooks", "deeper"));
        Environment.CurrentDirectory = Path.Combine(root, "notebooks", "deeper");
        Assert.Equal(Path.Combine(Environment.CurrentDirectory, "artifacts"), Artifacts.Folder);

        File.WriteAllText(Path.Combine(root, "AdvNotebooks.sln"), "");
        Assert.Equal(Path.Combine(root, "artifacts"), Artifacts.Folder);
    }

    [Fact]
    public void A_required_file_is_found_or_its_notebook_named()
    {
        var e = Assert.Throws<MissingArtifactException>(() => Artifacts.Require("baseline.safetensors", "02-train-baseline"));
        Assert.Equal("artifacts/baseline.safetensors is not there. Expected: the file that 02-train-baseline writes. Run 02-train-baseline first.", e.Message);

        Directory.CreateDirectory(_folder.Root);
        File.WriteAllText(Artifacts.PathOf("baseline.safetensors"), "");
        Assert.Equal(Artifacts.PathOf("baseline.safetensors"), Artifacts.Require("baseline.safetensors", "02-train-baseline"));
    }
}
