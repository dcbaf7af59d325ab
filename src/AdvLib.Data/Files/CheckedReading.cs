namespace AdvLib;

/// <summary>Opens and reads files whose headers may lie: memory grows with what a file really holds, never with what it claims.</summary>
internal static class CheckedReading
{
    private const int FirstChunk = 1 << 16;

    /// <summary>Opens a file to read it.</summary>
    /// <exception cref="DataFileException">It is a folder.</exception>
    /// <exception cref="IOException">It does not exist, or cannot be read.</exception>
    public static FileStream Open(string path) => Directory.Exists(path)
        ? throw new DataFileException($"'{path}' is a folder.", "a file.", $"Name a file{Examples(path)}.")
        : new FileStream(path, FileMode.Open, FileAccess.Read);

    /// <summary>Reads bytes of a stream that may end before.</summary>
    /// <param name="content">The stream.</param>
    /// <param name="size">Bytes wanted.</param>
    /// <param name="likely">Bytes that there may well be: room for them is made at once, and for more as they come.</param>
    /// <returns>The bytes; fewer where the stream ends before.</returns>
    public static byte[] Read(Stream content, long size, long likely)
    {
        byte[] data = new byte[Math.Min(size, Math.Max(FirstChunk, likely))];
        int filled = 0;
        while (true)
        {
            filled += content.ReadAtLeast(data.AsSpan(filled), data.Length - filled, throwOnEndOfStream: false);
            if (filled < data.Length)
                return data[..filled];
            if (filled == size)
                return data;
            Array.Resize(ref data, (int)Math.Min(size, 2L * data.Length));
        }
    }

    // The first files of a folder, so that one of them can be named instead.
    private static string Examples(string folder)
    {
        string[] files = [.. Directory.EnumerateFiles(folder).Take(3).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
        return files.Length == 0 ? "; there is none in it" : $" in it, such as {string.Join(" or ", files)}";
    }
}
