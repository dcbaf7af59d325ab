using System.Diagnostics;

namespace AdvLib.Tests;

/// <summary>The system's Python, for tests that compare with it; they are skipped where it is not there.</summary>
internal static class PythonProcess
{
    private const string Python = "/usr/bin/python3";

    /// <summary>Skips the test unless Python can import a module.</summary>
    public static async Task Require(string module)
    {
        if (!File.Exists(Python) || (await Run("-c", $"import {module}")).ExitCode != 0)
            Assert.Skip($"{Python} with {module} is not there.");
    }

    /// <summary>Runs a script of tests/golden or a command.</summary>
    public static async Task<(int ExitCode, string Output)> Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(Python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["OPENBLAS_NUM_THREADS"] = "1";
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output + await error);
    }
}
