namespace AdvLib.Tests;

public sealed class MachineTests : IDisposable
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void The_processor_has_a_name_and_a_number_of_cores() => Assert.Matches($@"^\S.*, {Environment.ProcessorCount} cores$", Machine.Processor);

    [Fact]
    public void The_commit_is_found_wherever_git_keeps_it()
    {
        Assert.Null(Machine.Commit(null));
        Assert.Null(Machine.Commit(_temp.Root));

        Write(".git/HEAD", Commit + "\n");
        Assert.Equal(Commit, Machine.Commit(_temp.Root));

        Write(".git/HEAD", "ref: refs/heads/main\n");
        Assert.Null(Machine.Commit(_temp.Root));
        Write(".git/packed-refs", $"# pack-refs with: peeled\n{new string('a', 40)} refs/heads/not-main\n{Commit} refs/heads/main\n^{new string('b', 40)}\n");
        Assert.Equal(Commit, Machine.Commit(_temp.Root));
        Write(".git/refs/heads/main", new string('c', 40) + "\n");
        Assert.Equal(new string('c', 40), Machine.Commit(_temp.Root));
    }

    private void Write(string path, string text)
    {
        path = _temp[path.Split('/')];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
