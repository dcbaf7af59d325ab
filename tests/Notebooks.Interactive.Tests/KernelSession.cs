using AdvNotebooks.Tests.Course;

namespace AdvNotebooks.Tests;

/// <summary>
/// What a host gives its kernel: the notebooks' folder to work in, and here a folder of its own for artifacts. Both are the process's, as the kernel's
/// console is, so tests with a kernel run one at a time.
/// </summary>
internal sealed class KernelSession : IDisposable
{
    public const string Tests = "kernel";

    private readonly string _folder = Directory.GetCurrentDirectory();

    public KernelSession(string artifacts, string? notebooks = null)
    {
        Directory.SetCurrentDirectory(notebooks ?? Path.Combine(CourseFolder.Root, "notebooks"));
        Environment.SetEnvironmentVariable("ADVLIB_ARTIFACTS", artifacts);
    }

    public void Dispose()
    {
        Directory.SetCurrentDirectory(_folder);
        Environment.SetEnvironmentVariable("ADVLIB_ARTIFACTS", null);
    }
}
