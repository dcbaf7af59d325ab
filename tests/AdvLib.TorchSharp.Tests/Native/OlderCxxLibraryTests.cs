using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using AdvLib.Native;

namespace AdvLib.TorchSharp.Tests.Native;

/// <summary>
/// The tests of this assembly in a process whose C++ library ends where GCC 11's (RHEL 9) and older ones end: this system's own, with the
/// newer versions' names made unknown.
/// </summary>
public sealed class OlderCxxLibraryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("advlib-cxx-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Libtorch_loads_and_computes_beside_the_Cxx_library_of_GCC_11()
    {
        (int exit, string output) = RunTests(without: 30, "*.Ten_training_steps_stay_together");
        Assert.True(exit == 0, output);
        Assert.Contains("Failed: 0", output, StringComparison.Ordinal);
        string copy = Assert.Single(Directory.GetFiles(_folder, "libLibTorchSharp.so", SearchOption.AllDirectories));
        var elf = new ElfImage(File.ReadAllBytes(copy));
        Assert.Empty(elf.SymbolsOf(elf.Needed.Single(need => need.Name == NewerCxx.WaitVersion).Index));
    }

    [Fact]
    public void Beside_an_older_one_it_is_refused_in_words()
    {
        (int exit, string output) = RunTests(without: 29, "*.Ten_training_steps_stay_together");
        Assert.NotEqual(0, exit);
        Assert.Contains("its C++ library ends at GLIBCXX_3.4.28.", output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder, "libLibTorchSharp.so", SearchOption.AllDirectories));
    }

    private (int Exit, string Output) RunTests(int without, string tests)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64, "x64 Linux's library");
        byte[] library = File.ReadAllBytes(File.ReadLines("/proc/self/maps").First(line => line.Contains(NewerCxx.Library)).Split(' ')[^1]);
        for (int minor = without; minor < 60; minor++)
            Forget(library, $"GLIBCXX_3.4.{minor}\0");
        File.WriteAllBytes(Path.Combine(_folder, NewerCxx.Library), library);

        var start = new ProcessStartInfo(Environment.ProcessPath!, ["-method", tests])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["LD_LIBRARY_PATH"] = _folder, ["XDG_CACHE_HOME"] = _folder, ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1" },
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }

    private static void Forget(Span<byte> library, string version)
    {
        byte[] name = Encoding.ASCII.GetBytes(version);
        for (int at; (at = library.IndexOf(name)) >= 0; library = library[(at + name.Length)..])
            library[at] = (byte)'_';
    }
}
