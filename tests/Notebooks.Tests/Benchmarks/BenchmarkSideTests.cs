using System.Diagnostics;
using AdvNotebooks.Benchmarks;

namespace AdvNotebooks.Tests.Benchmarks;

/// <summary>Sides made of shell commands, and the rounds they are run in.</summary>
public sealed class BenchmarkSideTests : IDisposable
{
    private const string Printed = """echo '{"train_step_ms": 1, "mixed_step_ms": 1, "eval10k_ms": 1, "fgsm10k_ms": 1, "peak_rss_mb": 1}'""";

    private readonly TempFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Rounds_alternate()
    {
        PeerComparison comparison = await Compare($"echo A >> log; {Printed}", $"echo B >> log; {Printed}");
        Assert.Equal("ABABAB", Log());
        MeasuredPeer peer = Assert.Single(comparison.Peers);
        Assert.Equal((3, 3, "", "PyTorch"), (comparison.AdvLib.Count, peer.Rounds.Count, peer.Advice, peer.Name));
    }

    [Fact]
    public async Task A_peer_that_is_not_installed_is_asked_once()
    {
        PeerComparison comparison = await Compare($"echo A >> log; {Printed}", "echo B >> log; echo install me >&2; exit 3");
        Assert.Equal("ABAA", Log());
        MeasuredPeer peer = Assert.Single(comparison.Peers);
        Assert.Equal((3, 0, "install me"), (comparison.AdvLib.Count, peer.Rounds.Count, peer.Advice));
    }

    [Fact]
    public async Task A_peer_that_vanishes_between_rounds_is_an_error() =>
        Assert.Contains("not later", (await Assert.ThrowsAsync<BenchmarkException>(() => Compare(Printed, $"[ -e seen ] && exit 3; touch seen; {Printed}"))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("echo half a", "PyTorch printed \"half a\"")]
    [InlineData("kill -9 $$", "exit code 137")]
    public async Task A_side_that_fails_is_an_error(string script, string message) =>
        Assert.Contains(message, (await Assert.ThrowsAsync<BenchmarkException>(() => Compare(Printed, script))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_side_that_Ctrl_C_reached_first_is_an_interruption() =>
        await Assert.ThrowsAsync<OperationCanceledException>(() => Shell("exit 130").RunAsync(Figures.Steps, Cancellation));

    [Fact]
    public async Task A_program_that_is_not_there_is_advice_unless_somebody_named_it()
    {
        var (figures, advice) = await new BenchmarkSide("PyTorch", false, "no-such-python").RunAsync(Figures.Steps, Cancellation);
        Assert.Null(figures);
        Assert.Contains("apt install python3-torch", advice, StringComparison.Ordinal);
        var error = await Assert.ThrowsAsync<BenchmarkException>(() => new BenchmarkSide("PyTorch", true, "no-such-python").RunAsync(Figures.Steps, Cancellation));
        Assert.Contains("no-such-python does not start", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_ends_the_side_and_what_it_started()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task run = Shell("sleep 600 & echo $! > starting; mv starting pid; wait").RunAsync(Figures.Steps, stop.Token);
        while (!File.Exists(_folder.File("pid")))
            await Task.Delay(20, Cancellation);
        await stop.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => run);
        int grandchild = int.Parse(await File.ReadAllTextAsync(_folder.File("pid"), Cancellation), System.Globalization.CultureInfo.InvariantCulture);
        // Its new parent may take a moment to collect it.
        for (int wait = 0; wait < 100 && IsRunning(grandchild); wait++)
            await Task.Delay(20, Cancellation);
        Assert.False(IsRunning(grandchild));
    }

    private static bool IsRunning(int id)
    {
        string status = $"/proc/{id}/stat";
        return File.Exists(status)
            ? !File.ReadAllText(status).Contains(") Z ", StringComparison.Ordinal)
            : Process.GetProcesses().Any(process => process.Id == id);
    }

    private Task<PeerComparison> Compare(string advLib, string peer) => PeerComparison.RunAsync(Figures.Steps, 1, Shell(advLib, "AdvLib"), [Shell(peer)], 3, _ => { }, Cancellation);

    private BenchmarkSide Shell(string script, string name = "PyTorch")
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a POSIX shell");
        return new BenchmarkSide(name, true, "/bin/sh", "-c", $"cd '{_folder.Path}'; {script}");
    }

    private string Log() => File.ReadAllText(_folder.File("log")).Replace("\n", "", StringComparison.Ordinal);
}
