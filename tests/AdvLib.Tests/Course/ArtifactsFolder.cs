namespace AdvLib.Tests;

/// <summary>An artifacts folder of the test's own, which the variable names until the test ends. For tests of <see cref="ProcessState"/>.</summary>
internal sealed class ArtifactsFolder : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly string? _before = Environment.GetEnvironmentVariable(Artifacts.FolderVariable);
    private readonly string _current = Environment.CurrentDirectory;

    public ArtifactsFolder() => Environment.SetEnvironmentVariable(Artifacts.FolderVariable, Root);

    /// <summary>Does not exist at first.</summary>
    public string Root => _temp["artifacts"];

    public string Card => Path.Combine(Root, "run.json");

    public string Parent => _temp.Root;

    public void Write(string card)
    {
        Directory.CreateDirectory(Root);
        File.WriteAllText(Card, card);
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Artifacts.FolderVariable, _before);
        Environment.CurrentDirectory = _current;
        _temp.Dispose();
    }
}
