using System.Diagnostics;
using System.Globalization;
using AdvNotebooks.Cli.Kernel;

namespace AdvNotebooks.Tests.Kernel;

public sealed class ProcessKernelTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_cell_that_hangs_is_ended_with_what_it_started_and_its_output_is_kept()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "starts sleep");
        await using var kernel = new ProcessKernel(_folder.Path);
        int id = kernel.ProcessId;
        Assert.Null(await kernel.ExecuteAsync(new CellRequest(1, "int started = System.Diagnostics.Process.Start(\"sleep\", \"600\").Id;"), _ => { }, TestContext.Current.CancellationToken));

        var printed = new List<string>();
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => kernel.ExecuteAsync(
            new CellRequest(2, "Console.Write(started);\nwhile (true) ;"),
            printing =>
            {
                printed.Add(Assert.IsType<StreamEvent>(printing).Text);
                stop.Cancel();
            },
            stop.Token));
        int started = int.Parse(Assert.Single(printed), CultureInfo.InvariantCulture);
        // A killed process takes a moment to go.
        for (int wait = 0; wait < 600 && IsThere(); wait++)
            await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.False(IsThere());

        bool IsThere() => Process.GetProcesses().Any(running => running.Id == id || running.Id == started);
    }
}
