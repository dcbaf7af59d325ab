using System.Diagnostics;
using System.Globalization;

namespace AdvLib.Mpi.Tests;

/// <summary><c>advnb sweep</c> by one process, by the ranks of a job, by shards.</summary>
[Collection(nameof(Launcher))]
public sealed class SweepCommandTests : IDisposable
{
    private static readonly string[] Small = ["sweep", "--steps", "6", "--batch-size", "16", "--images", "20", "--attack-steps", "2", "--training-attack-steps", "2", "--threads", "1"];

    private readonly TempFolder _folder = new();

    public static TheoryData<string> Names => Launcher.Names;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Shards_make_up_the_whole_and_a_rerun_does_nothing()
    {
        await Train();
        string[] grid = ["--split", "0,0.5", "--epsilon", "0.1,0.2", "--seeds", "2", "--defence", "fgsm,trades"];
        await Advnb(0, [.. Small, .. grid, "-o", "shards", "--shard", "0/2"]);
        int first = Results("shards").Length;
        (string output, _) = await Advnb(0, [.. Small, .. grid, "-o", "shards", "--shard", "1/2"]);
        Assert.Equal((6, 12), (first, Results("shards").Length));
        Assert.Contains("12 configurations, 6 of this shard; 6 to do", output, StringComparison.Ordinal);
        (output, _) = await Advnb(0, [.. Small, .. grid, "-o", "shards"]);
        Assert.Contains("12 configurations; 0 to do", output, StringComparison.Ordinal);
        Assert.All((string[])["sweep.md", "split.svg", "epsilon.svg"], name => Assert.True(File.Exists(_folder["shards", name])));

        await Advnb(0, [.. Small, .. grid, "-o", "whole"]);
        Assert.Equal(Results("whole").Select(Numbers), Results("shards").Select(Numbers));
    }

    [Fact]
    public async Task A_configuration_that_fails_is_recorded_and_the_others_go_on()
    {
        await Train();

        // With split 1 all 250 images of a batch are drawn at once from the set's 200.
        string[] grid = ["--split", "0.5,1", "--seeds", "2", "--batch-size", "250"];
        (string output, _) = await Advnb(1, [.. Small.Where(argument => argument is not ("--batch-size" or "16")), .. grid, "-o", "out"]);
        Assert.Contains("! fgsm, epsilon 0.1, split 1, seed 42 failed: A batch of 250 images was asked of a set of 200.", output, StringComparison.Ordinal);
        SweepResults results = SweepResults.Read(_folder["out"]);
        Assert.Equal((4, 2), (results.All.Count, results.Failed.Count));

        // What failed is tried again, what succeeded is not.
        (output, _) = await Advnb(1, [.. Small.Where(argument => argument is not ("--batch-size" or "16")), .. grid, "-o", "out"]);
        Assert.Contains("4 configurations; 2 to do", output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_sweep_whose_rank_is_killed_keeps_what_is_finished_and_goes_on(string implementation)
    {
        Launcher launcher = Launcher.Require(implementation);
        await Train();
        string[] arguments = [.. Small, "--split", "0,0.25,0.5,0.75", "--seeds", "10", "-o", "out"];
        Process job = launcher.Start(_folder.Root, [], 3, "advnb.dll", arguments);
        string[] introduced = [.. await Lines(job, 4)];
        string victim = introduced.Single(line => line.TrimStart().StartsWith("rank 2 of 3", StringComparison.Ordinal)).Split("process ")[1].Split(' ')[0];
        while (Results("out").Length < 5)
        {
            Assert.False(job.HasExited);
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        using (var rank = Process.GetProcessById(int.Parse(victim, CultureInfo.InvariantCulture)))
            rank.Kill();
        (int code, _, _) = await Launcher.Finish(job);
        Assert.NotEqual(0, code);
        int kept = Results("out").Length;
        Assert.InRange(kept, 5, 39);
        Assert.Equal(kept, SweepResults.Read(_folder["out"]).All.Count);

        (code, string output, string error) = await launcher.Run(_folder.Root, 3, "advnb.dll", arguments);
        Assert.True(code == 0, output + error);
        Assert.Contains($"40 configurations; {40 - kept} to do", output, StringComparison.Ordinal);
        Assert.Equal(40, Results("out").Length);
        await Advnb(0, [.. arguments[..^1], "alone"]);
        Assert.Equal(Results("alone").Select(Numbers), Results("out").Select(Numbers));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task On_libtorch_the_ranks_of_a_job_give_the_numbers_of_one_process(string implementation)
    {
        Launcher launcher = Launcher.Require(implementation);
        await Train();
        string[] grid = [.. Small, "--split", "0,0.5", "--seeds", "2"];
        string[] arguments = [.. grid, "--engine", "torchsharp"];
        (int code, string output, string error) = await launcher.Run(_folder.Root, 2, "advnb.dll", [.. arguments, "-o", "ranks"]);
        Assert.True(code == 0, output + error);
        await Advnb(0, [.. arguments, "-o", "alone"]);
        Assert.Equal(Results("alone").Select(Numbers), Results("ranks").Select(Numbers));

        // The built-in engine's results are others, beside these, and their files do not speak of engines.
        await Advnb(0, [.. grid, "-o", "alone"]);
        ILookup<string?, SweepResult> engines = SweepResults.Read(_folder["alone"]).All.ToLookup(result => result.Configuration.Engine);
        Assert.Equal((4, 4), (engines["torchsharp"].Count(), engines[null].Count()));
        Assert.Equal(4, Results("alone").Count(path => File.ReadAllText(path).Contains("torchsharp", StringComparison.Ordinal)));
        string[] rows = (await File.ReadAllTextAsync(_folder["alone", "sweep.md"], TestContext.Current.CancellationToken)).Split('\n');
        Assert.Equal((2, 2), (rows.Count(row => row.StartsWith("| fgsm on torchsharp |", StringComparison.Ordinal)),
            rows.Count(row => row.StartsWith("| fgsm |", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task An_engine_that_is_not_known_is_refused_before_anything_is_trained()
    {
        (_, string error) = await Advnb(2, [.. Small, "--engine", "torch"]);
        Assert.Contains("torchsharp", error, StringComparison.Ordinal);
    }

    private static async Task<List<string>> Lines(Process job, int count)
    {
        var lines = new List<string>();
        while (lines.Count < count && await job.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            lines.Add(line);
        return lines;
    }

    private string[] Results(string folder) => Directory.Exists(_folder[folder]) ? [.. Directory.GetFiles(_folder[folder], "*.json").Order(StringComparer.Ordinal)] : [];

    // What was measured, without how long it took.
    private static (SweepConfiguration, double, double, double) Numbers(string path) =>
        SweepResult.Read(path) is var result ? (result.Configuration, result.Clean, result.Fgsm, result.Pgd) : default;

    private Task<(string Output, string Error)> Train() => Advnb(0, "train", "--dataset", "synthetic", "--train-count", "200", "--test-count", "40", "--epochs", "1", "--fine-tuning-epochs", "0", "--threads", "1");

    private async Task<(string Output, string Error)> Advnb(int expected, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "advnb.dll"), .. arguments]) { WorkingDirectory = _folder.Root, RedirectStandardOutput = true, RedirectStandardError = true };
        (int code, string output, string error) = await Launcher.Finish(Process.Start(start)!);
        Assert.True(code == expected, output + error);
        return (output, error);
    }
}
