using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace AdvLib.Mpi.Tests;

/// <summary><c>advnb attack</c> by one process, by shards, by the ranks of a job: the same numbers to the digit.</summary>
[Collection(nameof(Launcher))]
public sealed class AttackCommandTests : IDisposable
{
    // Five pieces, the last a short one.
    private static readonly string[] Small =
    [
        "attack", "model.safetensors", "--data", "synthetic", "--images", "420", "--epsilon", "0.1", "--steps", "3", "--restarts", "1",
        "--iterations", "3", "--queries", "10", "--threads", "1",
    ];

    private readonly TempFolder _folder = new();

    public static TheoryData<string> Names => Launcher.Names;

    public AttackCommandTests()
    {
        ImageSet train = SyntheticDigits.Create(300, 1, RandomPurpose.TrainDigits);
        var model = new Sequential(new Network(train.Shape, new Flatten(), new Dense(16), new ReLU(), new Dense(10), new Softmax()),
            seed: 1);
        new Trainer(model, new Adam(1e-2f)) { Progress = new Progress<TrainingProgress>() }.Fit(train, epochs: 3,
            cancellation: TestContext.Current.CancellationToken);
        model.Save(_folder["model.safetensors"]);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public async Task Shards_give_the_numbers_of_one_process(int shards)
    {
        (string alone, _) = await Advnb(0, [.. Small, "--work", "whole"]);
        for (int i = shards - 1; i >= 0; i--)
        {
            (string said, _) = await Advnb(0, [.. Small, "--work", $"part{i % 2}", "--shard",
                FormattableString.Invariant($"{i}/{shards}")]);
            Assert.Contains($"shard {i} of {shards} is done", said, StringComparison.Ordinal);
        }

        (string merged, _) = await Advnb(0, "attack", "--merge", "part0", "part1", "-o", "merged.json", "--report", "merged.html");
        Assert.Equal(Table(alone), Table(merged));
        Assert.Equal(Numbers("whole/attack.json"), Numbers("merged.json"));
        Assert.Contains("AutoAttack", await File.ReadAllTextAsync(_folder["merged.html"], TestContext.Current.CancellationToken),
            StringComparison.Ordinal);

        // Single files do as well.
        (merged, _) = await Advnb(0, ["attack", "-o", "merged.json", "--merge", .. Pieces("part0"), .. Pieces("part1")]);
        Assert.Equal(Table(alone), Table(merged));
    }

    [Fact]
    public async Task A_killed_process_loses_the_piece_at_hand_and_a_rerun_does_what_is_missing()
    {
        (string whole, _) = await Advnb(0, [.. Small, "--work", "whole"]);
        using Process process = Start([.. Small, "--work", "out"]);
        while (Pieces("out").Length < 2)
        {
            Assert.False(process.HasExited);
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        int kept = Pieces("out").Length;
        Assert.InRange(kept, 2, 4);
        (_, string error) = await Advnb(1, "attack", "--merge", "out");
        Assert.Contains($"{5 - kept} of 5 pieces are missing", error, StringComparison.Ordinal);
        string[] before = [.. Pieces("out").Select(File.ReadAllText)];
        (string output, _) = await Advnb(0, [.. Small, "--work", "out"]);
        Assert.Contains($"{5 - kept} of {5 - kept} pieces", output, StringComparison.Ordinal);
        Assert.Equal(Table(whole), Table(output));
        Assert.Equal(before, Pieces("out").Take(before.Length).Select(File.ReadAllText));
    }

    [Fact]
    public async Task Pieces_of_another_model_or_of_other_settings_are_refused()
    {
        string[] cheap = [.. Small.Select(word => word == "420" ? "100" : word), "--no-autoattack", "--work", "out"];
        await Advnb(0, cheap);
        (_, string error) = await Advnb(1, [.. cheap, "--seed", "7"]);
        Assert.Contains("Piece 0 is of another attack: model.safetensors on 100 images of synthetic digits test", error,
            StringComparison.Ordinal);
        new Sequential(new Network(new Shape(28, 28, 1), new Flatten(), new Dense(10)), seed: 1).Save(_folder["model.safetensors"]);
        (_, error) = await Advnb(1, cheap);
        Assert.Contains("is of another attack", error, StringComparison.Ordinal);
        await File.WriteAllTextAsync(_folder["out", "piece-000000.json"], "{", TestContext.Current.CancellationToken);
        (_, error) = await Advnb(1, cheap);
        Assert.Contains("piece-000000.json' is no piece of an attack", error, StringComparison.Ordinal);
        (_, error) = await Advnb(1, "attack", "--merge", "nowhere");
        Assert.Contains("'nowhere' is no piece of an attack", error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Ranks_share_the_pieces_and_give_the_numbers_of_one_process(string implementation)
    {
        Launcher launcher = Launcher.Require(implementation);
        (string alone, _) = await Advnb(0, [.. Small, "--work", "whole"]);
        (int code, string output, string error) = await launcher.Run(_folder.Root, 3, "advnb.dll", [.. Small, "--work", "job"]);
        Assert.True(code == 0, output + error);
        Assert.Equal(Table(alone), Table(output));
        Assert.Equal(Numbers("whole/attack.json"), Numbers("job/attack.json"));
        Assert.Single(output.Split('\n'), line => line.StartsWith("Robustness on", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_job_whose_rank_is_killed_keeps_finished_pieces_and_a_rerun_does_the_rest(string implementation)
    {
        Launcher launcher = Launcher.Require(implementation);
        string[] longer = [.. Small.Select(word => word switch { "420" => "1500", "10" => "60", _ => word }), "--work", "out"];
        Process job = launcher.Start(_folder.Root, [], 3, "advnb.dll", longer);
        string victim = "";
        while (await job.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && victim.Length == 0)
        {
            if (line.TrimStart().StartsWith("rank 2 of 3 (process ", StringComparison.Ordinal))
                victim = line.Split("process ")[1].Split(' ')[0];
        }

        while (Pieces("out").Length < 3)
        {
            Assert.False(job.HasExited);
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        using (var rank = Process.GetProcessById(int.Parse(victim, CultureInfo.InvariantCulture)))
            rank.Kill();
        (int code, _, _) = await Launcher.Finish(job);
        Assert.NotEqual(0, code);
        Assert.InRange(Pieces("out").Length, 3, 14);
        (code, string output, string error) = await launcher.Run(_folder.Root, 3, "advnb.dll", longer);
        Assert.True(code == 0, output + error);
        (string alone, _) = await Advnb(0, [.. longer[..^1], "alone"]);
        Assert.Equal(Table(alone), Table(output));
        Assert.Equal(Numbers("alone/attack.json"), Numbers("out/attack.json"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Shards_are_refused_to_ranks(string implementation)
    {
        Launcher launcher = Launcher.Require(implementation);
        (int code, _, string error) = await launcher.Run(_folder.Root, 2, "advnb.dll", [.. Small, "--shard", "0/2"]);
        Assert.NotEqual(0, code);
        Assert.Contains("ranks share the pieces by themselves", error, StringComparison.Ordinal);
    }

    private static string Table(string output) =>
        output[output.IndexOf("Robustness on", StringComparison.Ordinal)..output.IndexOf("The numbers:", StringComparison.Ordinal)];

    // All but how long it took.
    private string Numbers(string path)
    {
        JsonObject record = JsonNode.Parse(File.ReadAllText(_folder[path.Split('/')]))!.AsObject();
        Assert.True(record.Remove("seconds"));
        return record.ToJsonString();
    }

    private string[] Pieces(string folder) =>
        Directory.Exists(_folder[folder]) ? [.. Directory.GetFiles(_folder[folder], "piece-*.json").Order(StringComparer.Ordinal)] : [];

    private Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo("dotnet",
        [Path.Combine(AppContext.BaseDirectory, "advnb.dll"), .. arguments])
    {
        WorkingDirectory = _folder.Root,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private async Task<(string Output, string Error)> Advnb(int expected, params string[] arguments)
    {
        (int code, string output, string error) = await Launcher.Finish(Start(arguments));
        Assert.True(code == expected, output + error);
        return (output, error);
    }
}
