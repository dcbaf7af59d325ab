namespace AdvNotebooks.Cli.Runner;

/// <summary>Whether two paths are one file: what the file system says, which knows links, mounts and letter case, not the text.</summary>
internal static class FileIdentity
{
    /// <summary>Whether writing a file would replace another that exists.</summary>
    /// <param name="written">The file to write.</param>
    /// <param name="existing">The file that must stay, where it is there.</param>
    /// <returns>True when they are the same.</returns>
    public static bool WouldReplace(string written, string existing)
    {
        // Itself, and what it stands for where it is a link.
        if (!File.Exists(existing))
            return false;
        IEnumerable<string> files =
            [existing, .. File.ResolveLinkTarget(existing, returnFinalTarget: true) is { } target ? [target.FullName] : (string[])[]];
        return files.Any(file => IsSame(written, file));
    }

    private static bool IsSame(string a, string b)
    {
        (a, b) = (Path.GetFullPath(a), Path.GetFullPath(b));
        string name = Path.GetFileName(a), other = Path.GetFileName(b);
        return a == b
            || (name.Equals(other, StringComparison.OrdinalIgnoreCase)
                && IsOneFolder(Path.GetDirectoryName(a)!, Path.GetDirectoryName(b)!, ignoringCase: name != other));
    }

    // A file that is made in one is seen in the other; under a name in other letters where the folder is to take them for the same.
    private static bool IsOneFolder(string a, string b, bool ignoringCase)
    {
        if (!Directory.Exists(a) || !Directory.Exists(b))
            return false;
        string probe = $".advnb-{Guid.NewGuid():N}";
        try
        {
            using var file = new FileStream(
                Path.Combine(a, probe), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            return File.Exists(Path.Combine(b, ignoringCase ? probe.ToUpperInvariant() : probe));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Where nothing can be written nothing is replaced.
            return false;
        }
    }
}
