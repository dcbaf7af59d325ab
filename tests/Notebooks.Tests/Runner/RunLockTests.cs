using AdvNotebooks.Cli.Runner;

namespace AdvNotebooks.Tests.Runner;

/// <summary>Notebooks hand over to each other through files of one folder: two runs in it would print each other's numbers.</summary>
public sealed class RunLockTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_is_one_runs_until_that_ends()
    {
        string artifacts = _folder.File("artifacts");
        using (RunLock.Take(artifacts))
        {
            string message = Assert.Throws<FolderInUseException>(() => RunLock.Take(artifacts)).Message;
            Assert.Contains(artifacts, message, StringComparison.Ordinal);
            Assert.Contains($"process {Environment.ProcessId} on", message, StringComparison.Ordinal);
            using (RunLock.Take(_folder.File("another")))
                Assert.Throws<FolderInUseException>(() => RunLock.Take(artifacts));
        }

        RunLock.Take(artifacts).Dispose();
        Assert.False(File.Exists(Path.Combine(artifacts, ".run")));
    }
}
