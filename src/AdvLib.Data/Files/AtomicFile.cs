namespace AdvLib;

/// <summary>Writes a file whole or not at all.</summary>
public static class AtomicFile
{
    /// <summary>A name beside <paramref name="path"/>, so that the final move stays on one file system.</summary>
    internal static string TemporaryName(string path) => $"{path}.{Guid.NewGuid():N}.tmp";

    /// <summary>
    /// Writes to a temporary file beside <paramref name="path"/>, then moves it there. A failure leaves what was there before.
    /// </summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="DataFileException">A folder is there.</exception>
    /// <exception cref="IOException">The folder takes no files.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder takes no files.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        if (Directory.Exists(path))
            throw new DataFileException($"'{path}' is a folder.", "the path of a file to write.", "Name a file in it.");
        string temporary = TemporaryName(path);
        try
        {
            using (FileStream file = File.Create(temporary))
            {
                write(file);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
