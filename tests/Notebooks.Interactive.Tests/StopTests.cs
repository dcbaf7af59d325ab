using System.Diagnostics;
using Microsoft.DotNet.Interactive.Events;

namespace AdvNotebooks.Tests;

/// <summary>Stop, pressed in the middle of long cells.</summary>
[Collection(KernelSession.Tests)]
public sealed class StopTests : IDisposable
{
    // The kernel itself does not wait for a cell that it has cancelled: only the cell can tell when it ends.
    private const string Ended = "ADVNB_TEST_CELL_ENDED";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private const string Begin = """
        var data = Dataset.Load("synthetic", 2000, 500, 42);
        var model = SimpleCnn.Create(data.Train.Shape, data.Train.Classes, 42);
        var checkpoints = new Checkpoints(Artifacts.PathOf("checkpoints/stopped"));
        var before = Evaluation.Of(model, data.Test).Accuracy;
        """;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_training_ends_keeps_what_it_has_and_goes_on()
    {
        using var session = new KernelSession(_folder.Path);
        using InteractiveKernel kernel = await StartAsync();
        CellRun stopped = await StopAsync(kernel, "new Trainer(model, new Adam(1e-3f)) { Checkpoints = checkpoints }.Fit(data.Train, 1000)",
            update => update.Contains("epoch 20/1000", StringComparison.Ordinal));
        Assert.Contains("stopped in epoch", stopped.Shown<DisplayedValueUpdated>("text/html")[^1], StringComparison.Ordinal);
        Assert.Contains("Resume = true", stopped.Shown<DisplayedValueUpdated>("text/html")[^1], StringComparison.Ordinal);

        // The network has learned, and the checkpoint is of the very step at which the run ended.
        Assert.Equal("True", (await kernel.RunAsync("Evaluation.Of(model, data.Test).Accuracy > before + 0.1")).Value);
        CellRun resumed = await kernel.RunAsync("""
            var other = SimpleCnn.Create(data.Train.Shape, data.Train.Classes, 42);
            checkpoints.LoadWeights(other);
            other.GetWeights().Zip(model.GetWeights()).All(pair => pair.First.Values.AsSpan().SequenceEqual(pair.Second.Values))
            """);
        Assert.True(resumed.Failure is null, resumed.Failure);
        Assert.Equal("True", resumed.Value);
        CellRun again = await StopAsync(kernel, "new Trainer(SimpleCnn.Create(data.Train.Shape, data.Train.Classes, 42), new Adam(1e-3f)) { Checkpoints = checkpoints, Resume = true }.Fit(data.Train, 1000)",
            update => update.Contains("epoch ", StringComparison.Ordinal));
        Assert.DoesNotContain("epoch 1/1000", again.Shown<DisplayedValueProduced>("text/html")[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_attack_ends_and_the_next_cell_runs()
    {
        using var session = new KernelSession(_folder.Path);
        using InteractiveKernel kernel = await StartAsync();
        CellRun stopped = await StopAsync(kernel, "Evaluation.Under(new Pgd(0.1f) { Steps = 100_000 }, model, data.Test)", update => update.Contains("<progress", StringComparison.Ordinal));
        Assert.Contains("stopped at", stopped.Shown<DisplayedValueUpdated>("text/html")[^1], StringComparison.Ordinal);
        Assert.Equal("2", (await kernel.RunAsync("1 + 1")).Value);
    }

    private static async Task<InteractiveKernel> StartAsync()
    {
        var kernel = new InteractiveKernel();
        foreach (string cell in (string[])["#!import setup.csx", Begin])
        {
            CellRun run = await kernel.RunAsync(cell);
            Assert.True(run.Failure is null, run.Failure);
        }

        return kernel;
    }

    // Stops the cell at the first update that is of the kind, and sees that what it ran has ended soon after.
    private static async Task<CellRun> StopAsync(InteractiveKernel kernel, string code, Func<string, bool> isDue)
    {
        Environment.SetEnvironmentVariable(Ended, null);
        var due = new TaskCompletionSource();
        Task<CellRun> running = kernel.RunAsync($"try {{ {code}; }} finally {{ Environment.SetEnvironmentVariable(\"{Ended}\", \"yes\"); }}", seen =>
        {
            if (seen is DisplayedValueUpdated update && update.FormattedValues.Any(value => isDue(value.Value)))
                due.TrySetResult();
        });
        Task first = await Task.WhenAny(due.Task, running, Task.Delay(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
        Assert.True(first == due.Task, running.IsCompleted ? (await running).Failure ?? "the cell ended before it was stopped" : "nothing was shown in a minute");
        long pressed = Stopwatch.GetTimestamp();
        await kernel.StopAsync();
        while (Environment.GetEnvironmentVariable(Ended) is null)
        {
            Assert.True(Stopwatch.GetElapsedTime(pressed) < Soon, "the computation goes on");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        CellRun stopped = await running;
        Assert.Contains("cancelled", stopped.Failure, StringComparison.OrdinalIgnoreCase);
        return stopped;
    }
}
