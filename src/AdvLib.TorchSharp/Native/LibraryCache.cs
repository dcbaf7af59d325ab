using System.Security.Cryptography;

namespace AdvLib.Native;

/// <summary>
/// Native libraries that were made on this machine, in a folder of the user's own, each under the SHA-256 of its content. A file is used
/// only if it still has that content, and none that was not asked for by content is ever used.
/// </summary>
/// <param name="folder">Where.</param>
internal sealed class LibraryCache(string folder)
{
    /// <summary>
    /// The user's cache: <c>XDG_CACHE_HOME</c>, or what the system has for a user's local data. Never a folder that others may write to.
    /// </summary>
    /// <returns>The cache.</returns>
    /// <exception cref="IOException">The user has no such folder.</exception>
    public static LibraryCache OfUser()
    {
        string? xdg = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        string home = Path.IsPathFullyQualified(xdg ?? "")
            ? xdg!
            : Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return home.Length > 0 ? new LibraryCache(Path.Combine(home, "advlib", "native"))
            : throw new IOException("This user has no folder for caches.");
    }

    /// <summary>Where a library lies; it is written first when it is not there, or no longer what it was.</summary>
    /// <param name="fileName">Its file name.</param>
    /// <param name="content">Its content.</param>
    /// <returns>The full path.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be written.</exception>
    public string Install(string fileName, byte[] content)
    {
        byte[] hash = SHA256.HashData(content);
        string home = Path.Combine(folder, Convert.ToHexStringLower(hash));
        string path = Path.Combine(home, fileName);
        if (Has(path, hash))
            return path;

        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(home);
        else
            Directory.CreateDirectory(home, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        // Written beside and renamed: processes that start at once never see half of it, and one that has the old file loaded keeps it.
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            File.WriteAllBytes(temporary, content);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }

        return Has(path, hash) ? path : throw new IOException($"{fileName} did not keep its content.");
    }

    private static bool Has(string path, ReadOnlySpan<byte> hash)
    {
        if (!File.Exists(path))
            return false;
        using FileStream file = File.OpenRead(path);
        return SHA256.HashData(file).AsSpan().SequenceEqual(hash);
    }
}
