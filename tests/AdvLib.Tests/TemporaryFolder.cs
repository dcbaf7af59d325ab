using System.Diagnostics;

namespace AdvLib.Tests;

/// <summary>A folder that a test has to itself; it goes when the test ends.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private bool _mounted;

    /// <summary>The folder.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("advlib-").FullName;

    /// <summary>A path in the folder.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Puts a file system of its own into the folder; skips the test where that is not allowed.</summary>
    public void Mount(string options)
    {
        bool remount = _mounted;
        _mounted |= OperatingSystem.IsLinux() && Environment.UserName == "root" && Run("mount", "-t", "tmpfs", "-o", remount ? $"remount,{options}" : options, "none", Path);
        Assert.SkipUnless(_mounted, "Only root may mount a file system here.");
    }

    public void Dispose()
    {
        if (_mounted)
            Run("umount", Path);
        Directory.Delete(Path, recursive: true);
    }

    private static bool Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
