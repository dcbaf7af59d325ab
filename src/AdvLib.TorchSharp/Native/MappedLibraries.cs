using Microsoft.Win32.SafeHandles;

namespace AdvLib.Native;

/// <summary>
/// The shared libraries that this process has loaded, as Linux lists them: whichever the loader chose, with the versions it has.
/// </summary>
internal static class MappedLibraries
{
    /// <summary>Finds a loaded library.</summary>
    /// <param name="name">Its name, for example <c>libstdc++.so.6</c>; the file's may have more of the version behind it.</param>
    /// <returns>The library; null when none is loaded under that name, or it cannot be read.</returns>
    public static ElfImage? Find(string name)
    {
        string? path = Paths().FirstOrDefault(path => Path.GetFileName(path) is var file
            && (file == name || file.StartsWith(name + ".", StringComparison.Ordinal)));
        try
        {
            return path is null ? null : new ElfImage(File.ReadAllBytes(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or BadImageFormatException)
        {
            return null;
        }
    }

    /// <summary>Another file of a library's name that is loaded already.</summary>
    /// <param name="path">The library that is to be loaded.</param>
    /// <returns>The other one's path; null where there is none, or it is this very file under another path.</returns>
    public static string? Other(string path)
    {
        using SafeFileHandle file = File.OpenHandle(path);
        // Paths of loaded libraries have no links in them.
        string? own = File.ResolveLinkTarget($"/proc/self/fd/{file.DangerousGetHandle()}", returnFinalTarget: false)?.FullName;
        return Paths().FirstOrDefault(other => Path.GetFileName(other) == Path.GetFileName(path) && other != own);
    }

    // Each line ends with the path, after "7f52a0000000-7f52a0021000 r--p 00000000 fe:00 1234 ".
    private static IEnumerable<string> Paths() => File.ReadLines("/proc/self/maps")
        .Select(line => line.IndexOf('/') is >= 0 and var start ? line[start..] : "");

    /// <summary>What a library needs that the loaded ones lack.</summary>
    /// <param name="library">The library.</param>
    /// <param name="find">Gives a loaded library; null for one that is not.</param>
    /// <returns>The versions.</returns>
    public static IReadOnlyList<NeededVersion> Missing(ElfImage library, Func<string, ElfImage?> find) =>
        [.. library.Needed.GroupBy(need => need.Library)
            .SelectMany(needs => find(needs.Key) is { } loaded ? needs.Where(need => !loaded.Defined.Contains(need.Name)) : needs)];
}
