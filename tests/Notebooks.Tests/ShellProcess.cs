using System.Diagnostics;

namespace AdvNotebooks.Tests;

/// <summary>A program run as from a shell: the test runner's own settings are not the build's.</summary>
internal static class ShellProcess
{
    /// <summary>Runs a program to its end.</summary>
    /// <param name="folder">Where it works.</param>
    /// <param name="isOffline">Whether it has no way to any server.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>How it ended, and what it printed, errors last.</returns>
    public static async Task<(int Code, string Output)> RunAsync(string folder, bool isOffline, string program, params string[] arguments)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] own = [.. start.Environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase))];
        foreach (string name in own)
            start.Environment.Remove(name);
        if (isOffline)
            start.Environment["HTTPS_PROXY"] = start.Environment["HTTP_PROXY"] = "http://127.0.0.1:9";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync(cancellation);
        string output = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return (process.ExitCode, output + await error);
    }
}
