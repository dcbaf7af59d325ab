using System.Diagnostics;
using System.Globalization;
using AdvNotebooks.Tests.Course;

namespace AdvNotebooks.Tests;

/// <summary>The built advnb in a process of its own.</summary>
internal static class AdvnbProcess
{
    // A test that waits for an end that never comes must fail, not hang.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static ProcessStartInfo StartInfo(string folder, params string[] arguments)
    {
        string[] command = ["dotnet", Path.Combine(AppContext.BaseDirectory, "advnb.dll"), .. arguments];

        // Who runs the tests in the background may have Ctrl-C ignored, and children inherit that.
        if (OperatingSystem.IsLinux())
            command = ["env", "--default-signal=INT", .. command];
        return new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
    }

    /// <summary>Runs it in the repository to a good end, with artifacts of its own, and gives what it printed.</summary>
    public static async Task<string> RunCourse(string artifacts, string[] arguments)
    {
        ProcessStartInfo start = StartInfo(CourseFolder.Root, arguments);
        start.Environment["ADVLIB_ARTIFACTS"] = artifacts;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{await output}\n{error}");
        return await output;
    }

    /// <summary>Sends what Ctrl-C sends, and waits for the end.</summary>
    public static async Task Interrupt(Process process)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using (Process kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync(cancellation);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
