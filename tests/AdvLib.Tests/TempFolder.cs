using System.Diagnostics;

namespace AdvLib.Tests;

/// <summary>A folder that goes when the test ends.</summary>
internal sealed class TempFolder : IDisposable
{
    private bool _mounted;

    public TempFolder() => Root = Directory.CreateTempSubdirectory("advlib-tests-").FullName;

    public string Root { get; }

    public string this[params string[] parts] => Path.Combine([Root, .. parts]);

    /// <summary>The names of all files but the lock of a download, which stays.</summary>
    public string[] Files() => [.. Directory.GetFiles(Root, "*", SearchOption.AllDirectories).Select(f => Path.GetFileName(f)).Where(name => name != FolderLock.FileName).Order(StringComparer.Ordinal)];

    /// <summary>Puts a small file system of its own into the folder, or changes its options; skips the test where that is not allowed.</summary>
    public void Mount(string options)
    {
        bool again = _mounted;
        _mounted = again || (OperatingSystem.IsLinux() && Environment.UserName == "root" && Run("mount", "-t", "tmpfs", "-o", options, "none", Root));
        Assert.SkipUnless(_mounted, "Only root may mount a file system here.");
        if (again)
            Assert.True(Run("mount", "-o", $"remount,{options}", Root));
    }

    public void Dispose()
    {
        if (_mounted)
            Run("umount", Root);
        Directory.Delete(Root, recursive: true);
    }

    private static bool Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
