using System.Globalization;

namespace AdvNotebooks.Cli.Runner;

/// <summary>
/// The artifacts folder, held by one run at a time: notebooks hand over to each other through its files, and two runs would mix their
/// numbers. A run that ends, however it ends, gives the folder back.
/// </summary>
internal sealed class RunLock : IDisposable
{
    private const string HolderFile = ".run";

    private readonly FolderLock _lock;
    private readonly string _holder;

    private RunLock(FolderLock taken, string holder) => (_lock, _holder) = (taken, holder);

    /// <summary>Takes a folder.</summary>
    /// <param name="folder">The folder, made where it is not there.</param>
    /// <returns>The lock, until it is disposed of.</returns>
    /// <exception cref="FolderInUseException">Another run has it.</exception>
    /// <exception cref="IOException">The folder takes no files.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder takes no files.</exception>
    public static RunLock Take(string folder)
    {
        string holder = Path.Combine(folder, HolderFile);
        FolderLock taken = FolderLock.TryTake(folder) ?? throw new FolderInUseException(folder, Read(holder));
        File.WriteAllText(holder, string.Create(CultureInfo.InvariantCulture,
            $"process {Environment.ProcessId} on {Environment.MachineName}, "
                + $"advnb {string.Join(' ', Environment.GetCommandLineArgs()[1..])}, since {DateTime.Now:HH:mm}"));
        return new RunLock(taken, holder);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        File.Delete(_holder);
        _lock.Dispose();
    }

    private static string Read(string holder)
    {
        try
        {
            return File.ReadAllText(holder);
        }
        catch (IOException)
        {
            // It has only just begun, or is about to end.
            return "another process";
        }
    }
}
