namespace AdvLib;

/// <summary>A folder that one process at a time may fill. A process that ends, however it ends, gives the lock back.</summary>
public sealed class FolderLock : IDisposable
{
    /// <summary>The file that stands for the lock. It stays: to remove it while others wait for it would let two in.</summary>
    public const string FileName = ".lock";

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <summary>Waits until no other process has the lock, and takes it.</summary>
    /// <param name="folder">The folder, made where it is not there.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The lock, until it is disposed of.</returns>
    /// <exception cref="IOException">The folder takes no files.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder takes no files.</exception>
    public static async Task<FolderLock> TakeAsync(string folder, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryTake(folder) is { } taken)
                return taken;
            await Task.Delay(Interval, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes the lock where no other process has it.</summary>
    /// <param name="folder">The folder, made where it is not there.</param>
    /// <returns>The lock, until it is disposed of; null where another process has it.</returns>
    /// <exception cref="IOException">The folder takes no files.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder takes no files.</exception>
    public static FolderLock? TryTake(string folder)
    {
        Directory.CreateDirectory(folder);
        try
        {
            return new FolderLock(
                new FileStream(Path.Combine(folder, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException held) when (IsHeld(held))
        {
            return null;
        }
    }

    /// <summary>Gives the lock back.</summary>
    public void Dispose() => _file.Dispose();

    // Windows' sharing violation; EWOULDBLOCK of Linux, of macOS and BSD.
    private static bool IsHeld(IOException exception) => exception.HResult is unchecked((int)0x80070020) or 11 or 35;
}
