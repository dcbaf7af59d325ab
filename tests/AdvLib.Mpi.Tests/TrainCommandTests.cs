using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace AdvLib.Mpi.Tests;

/// <summary><c>advnb train</c> on several ranks: both trainings, on digits, with the recipe's network.</summary>
[Collection(nameof(Launcher))]
public sealed partial class TrainCommandTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    // 20 steps of each training; 200 where it is said.
    private static readonly string[] Recipe =
    [
        "train", "--dataset", "synthetic", "--train-count", "320", "--test-count", "50", "--batch-size", "16", "--epochs", "1", "--fine-tuning-epochs", "1", "--threads", "1",
    ];

    private readonly TempFolder _folder = new();

    public static MatrixTheoryData<string, int> Jobs => Launcher.NamesAndRanks;

    public static TheoryData<string> Names => Launcher.Names;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Jobs))]
    public async Task The_weights_are_those_of_one_process_to_the_bit(string implementation, int ranks)
    {
        Launcher launcher = Launcher.Require(implementation);
        await Alone("alone", Recipe);
        await Done(launcher.Run(_folder.Root, ranks, "advnb.dll", [.. Recipe, "-o", "job"]));
        Assert.Equal(0, Apart("alone", "job"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Also_after_200_steps(string implementation)
    {
        Launcher launcher = Launcher.Require(implementation);
        string[] longer = With("--train-count", "1600");
        await Alone("alone", longer);
        await Done(launcher.Run(_folder.Root, 2, "advnb.dll", [.. longer, "-o", "job"]));
        Assert.Equal(0, Apart("alone", "job"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Also_on_two_hosts(string implementation)
    {
        Launcher launcher = Launcher.Require(implementation);
        using TwoHosts hosts = TwoHosts.Require(_folder);
        await Alone("alone", Recipe);
        string[] options = implementation == "Open MPI" ? hosts.OpenMpi : hosts.Mpich;
        string output = await Done(Launcher.Finish(launcher.Start(_folder.Root, options, 2, "advnb.dll", [.. Recipe, "-o", _folder["job"]])));
        Assert.All(TwoHosts.Names, name => Assert.Contains($" on {name})", output, StringComparison.Ordinal));
        Assert.Equal(0, Apart("alone", "job"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_killed_rank_ends_the_job_in_ten_seconds_and_is_named_and_the_resumed_job_reaches_the_same_result(string implementation)
    {
        Launcher launcher = Launcher.Require(implementation);
        string[] longer = With("--fine-tuning-epochs", "5");
        await Alone("whole", longer);
        Process job = launcher.Start(_folder.Root, [], 2, "advnb.dll", [.. longer, "-o", "killed", "--checkpoint-steps", "5"]);
        using Process other = await ProcessOf(job, rank: 0);
        using Process victim = await ProcessOf(job, rank: 1);
        string checkpoints = _folder["killed", "checkpoints", "mixed"];
        while (!Directory.Exists(checkpoints) || new Checkpoints(checkpoints).Files().Count == 0)
        {
            Assert.False(job.HasExited);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        victim.Kill();
        long began = Stopwatch.GetTimestamp();
        (int code, string output, string error) = await Launcher.Finish(job);
        // A launcher may be gone before the rank that it ends, and until then the folder is held.
        await other.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, Limit);
        Assert.NotEqual(0, code);
        Assert.Matches($"rank 1\\b|PID {victim.Id}\\b", output + error);

        // On as many ranks, and on one.
        foreach (string copy in (string[])["two", "one"])
            CopyFolder(_folder["killed"], _folder[copy]);
        await Done(launcher.Run(_folder.Root, 2, "advnb.dll", [.. longer, "-o", "two", "--resume"]));
        await Alone("one", [.. longer, "--resume"]);
        Assert.Equal((0, 0), (Apart("whole", "two"), Apart("whole", "one")));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_rank_that_fails_says_who_it_is_and_ends_the_job(string implementation)
    {
        Launcher launcher = Launcher.Require(implementation);
        (int code, _, string error) = await launcher.Run(_folder.Root, 2, "advnb.dll", "train", "--dataset", "/nowhere");
        Assert.NotEqual(0, code);
        Assert.Matches(@"advnb: rank [01] of 2 \(process \d+ on .+\) has failed: ", error);
    }

    private static async Task<string> Done(Task<(int ExitCode, string Output, string Error)> job)
    {
        (int code, string output, string error) = await job;
        Assert.True(code == 0, output + error);
        return output;
    }

    private static string[] With(string option, string value)
    {
        string[] recipe = [.. Recipe];
        recipe[Array.IndexOf(recipe, option) + 1] = value;
        return recipe;
    }

    private async Task Alone(string folder, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "advnb.dll"), .. arguments, "-o", folder])
        {
            WorkingDirectory = _folder.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Assert.Contains("clean test images", await Done(Launcher.Finish(Process.Start(start)!)), StringComparison.Ordinal);
    }

    private float Apart(string first, string second) => ((string[])["baseline", "mixed"]).Max(phase =>
        SafeTensors.Load(_folder[first, $"{phase}.safetensors"]).Zip(SafeTensors.Load(_folder[second, $"{phase}.safetensors"]))
            .Max(pair => pair.First.Values.Zip(pair.Second.Values).Max(value => Math.Abs(value.First - value.Second))));

    // Rank 0 begins with a list of all.
    private static async Task<Process> ProcessOf(Process job, int rank)
    {
        while (await job.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (Introduction().Match(line) is { Success: true } match && match.Groups["rank"].ValueSpan.SequenceEqual(rank.ToString(CultureInfo.InvariantCulture)))
                return Process.GetProcessById(int.Parse(match.Groups["process"].ValueSpan, CultureInfo.InvariantCulture));
        }

        throw new InvalidOperationException($"The job did not introduce rank {rank}: {await job.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)}");
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    [GeneratedRegex(@"^\s+rank (?<rank>\d+) of \d+ \(process (?<process>\d+) on ")]
    private static partial Regex Introduction();
}
