using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using AdvNotebooks.Cli.View;

namespace AdvNotebooks.Tests.Benchmarks;

/// <summary>The built <c>advnb bench</c> as its users start it, with a shell script in Python's place.</summary>
public sealed class BenchCommandTests : IDisposable
{
    private const string Figures = """{"engine": "PyTorch 9", "train_step_ms": 4000, "mixed_step_ms": 1, "eval10k_ms": 1, "fgsm10k_ms": 1, "peak_rss_mb": 1}""";

    private readonly TempFolder _folder = new();

    public BenchCommandTests()
    {
        _folder.Write("AdvNotebooks.sln", "");
        Directory.CreateDirectory(_folder.File("benchmarks"));
        _folder.Write("benchmarks/peer_torch.py", "");
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Bench_alone_prints_the_keys_that_scripts_read()
    {
        var (code, output, error) = await Run("", "--json", "--threads", "1");
        Assert.True(code == 0, error);
        JsonObject json = JsonNode.Parse(output)!.AsObject();
        Assert.Equal(1, (int)json["threads"]!);
        string[] times = ["train_step_ms", "mixed_step_ms", "eval10k_ms", "fgsm10k_ms", "first_step_ms"];
        Assert.Equal(["engine", "threads", .. times.SelectMany(key => (string[])[key, key + "_p10", key + "_p90"]), "peak_rss_mb", "allocated_bytes_per_step"], json.Select(pair => pair.Key));
        Assert.All(times, key => Assert.True((double)json[key]! > 0));
    }

    [Fact]
    public async Task Both_sides_run_with_the_same_settings_and_give_ratios()
    {
        var (code, output, error) = await Run($"echo \"$OPENBLAS_NUM_THREADS $*\" >> calls\necho '{Figures}'", "--peer", "--rounds", "2", "--threads", "1", "--json");
        Assert.True(code == 0, error);
        string call = $"1 {_folder.File("benchmarks/peer_torch.py")} --synthetic --threads 1 --steps 1 --repeats 1";
        Assert.Equal([call, call], await File.ReadAllLinesAsync(_folder.File("calls"), Cancellation));
        // Outside the repository nothing tells where TorchSharp and ONNX Runtime are: each is asked once.
        string[] said = error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            ["round 1 of 2: AdvLib", "round 1 of 2: TorchSharp", "round 1 of 2: ONNX Runtime", "round 1 of 2: PyTorch", "round 2 of 2: AdvLib", "round 2 of 2: PyTorch"],
            said[..6]);
        string advice = Assert.Single(said[6..]);
        Assert.StartsWith("advnb: The engine 'torchsharp' without a usable AdvLib.TorchSharp.dll", advice, StringComparison.Ordinal);
        Assert.Contains("without a usable AdvLib.Onnx.dll", advice, StringComparison.Ordinal);
        JsonNode json = JsonNode.Parse(output)!;
        double[] ours = [.. json["advlib"]!["train_step_ms_rounds"]!.AsArray().Select(time => (double)time!)];
        Assert.Equal(2, ours.Length);
        Assert.Equal(4000 / ours.Max(), (double)json["ratio"]!["pytorch"]!["train_step_ms"]!["min"]!, 1e-3);
        Assert.Equal(4000 / ours.Min(), (double)json["ratio"]!["pytorch"]!["train_step_ms"]!["max"]!, 1e-3);
    }

    [Fact]
    public async Task An_engine_that_is_not_here_is_exit_code_3_as_a_peers_program_has_it()
    {
        var (code, output, error) = await Run("", "--engine", "torchsharp");
        Assert.Equal((3, ""), (code, output));
        Assert.Contains("that assembly beside AdvLib's", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_PyTorch_it_says_what_to_install_and_shows_AdvLib_alone()
    {
        var (code, output, error) = await Run("echo 'Install python3-torch.' >&2; exit 3", "--peer", "--rounds", "1");
        Assert.Equal(0, code);
        Assert.Contains("advnb: AdvLib alone.", error, StringComparison.Ordinal);
        Assert.EndsWith(" Install python3-torch.", error.TrimEnd(), StringComparison.Ordinal);
        Assert.Contains("training step", output, StringComparison.Ordinal);
        Assert.DoesNotContain("ratio", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_peer_that_crashes_is_exit_code_1_with_what_it_said()
    {
        var (code, output, error) = await Run("echo 'Traceback: boom' >&2; exit 7", "--peer", "--rounds", "1");
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("exit code 7", error, StringComparison.Ordinal);
        Assert.Contains("Traceback: boom", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_script_is_exit_code_1_before_anything_runs()
    {
        File.Delete(_folder.File("benchmarks/peer_torch.py"));
        var (code, _, error) = await Run("exit 0", "--peer");
        Assert.Equal(1, code);
        Assert.Contains("There is no " + _folder.File("benchmarks/peer_torch.py"), error, StringComparison.Ordinal);
        Assert.DoesNotContain("round", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--threads", "0")]
    [InlineData("--threads", "257")]
    [InlineData("--peer", "--rounds", "0")]
    [InlineData("--rounds", "2")]
    [InlineData("--epochs", "1")]
    [InlineData("--images", "1000")]
    [InlineData("--recipe", "--images", "60001")]
    [InlineData("--scaling", "--profile")]
    [InlineData("--peer", "--profile")]
    [InlineData("--peer", "--engine", "torchsharp")]
    [InlineData("--playground", "--scaling")]
    public async Task Wrong_arguments_are_exit_code_2(params string[] arguments)
    {
        var (code, output, error) = await Run("exit 0", arguments);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(arguments[^2], error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_playground_is_timed_attack_by_attack()
    {
        var (code, output, error) = await Run("", "--playground", "--json");
        Assert.True(code == 0, error);
        JsonObject json = JsonNode.Parse(output)!.AsObject();
        Assert.Equal(["engine", .. PlaygroundAttack.All.SelectMany(attack => (string[])[$"{attack.Key}_ms", $"{attack.Key}_ms_p10", $"{attack.Key}_ms_p90"])], json.Select(pair => pair.Key));
        Assert.All(json.Skip(1), pair => Assert.True((double)pair.Value! > 0));
    }

    [Fact]
    public async Task A_profile_accounts_for_the_whole_step()
    {
        var (code, output, error) = await Run("", "--profile", "--json", "--threads", "2");
        Assert.True(code == 0, error);
        JsonNode json = JsonNode.Parse(output)!;
        Assert.True((double)json["peak_gflops"]! > 0);
        foreach (string kind in (string[])["train_step", "mixed_step", "eval10k", "fgsm10k"])
        {
            JsonObject[] rows = [.. json[kind]!.AsArray().Select(row => row!.AsObject())];
            Assert.Equal("all", (string)rows[^1]["part"]!);
            Assert.Equal((long)rows[^1]["flop"]!, rows[..^1].Sum(row => (long)row["flop"]!));
            Assert.All(rows, row => Assert.True((double)row["best_us"]! <= (double)row["median_us"]!));
        }

        // The recipe's network: 7.2 + 115.6 + 51.4 + 0.2 MFLOP of a batch's outputs, the same for the weights, the same for the inputs but the first's.
        Assert.Equal(515_899_392L, (long)json["train_step"]!.AsArray()[^1]!["flop"]!);
        Assert.Contains(json["train_step"]!.AsArray(), row => (string)row!["part"]! == "conv2d_1 weight gradient");
        Assert.Contains(json["mixed_step"]!.AsArray(), row => (string)row!["part"]! == "inference: conv2d backward");
    }

    [Fact]
    public async Task Scaling_has_every_number_of_threads_and_every_size()
    {
        var (code, output, error) = await Run("", "--scaling", "--json", "--threads", "3", "--images", "1500");
        Assert.True(code == 0, error);
        JsonNode json = JsonNode.Parse(output)!;
        Assert.Equal([1, 2, 3], json["threads"]!.AsArray().Select(entry => (int)entry!["threads"]!));
        Assert.Equal(1.0, (double)json["threads"]![0]!["speedup"]!);
        Assert.Equal([1000, 1500], json["passes"]!.AsArray().Select(pass => (int)pass!["images"]!));

        // A byte a pixel and one a label, and a place in the order.
        Assert.All(json["passes"]!.AsArray(), pass => Assert.InRange((long)pass!["held_bytes"]! / (double)(int)pass["images"]!, 785, 1200));
        long[] flop = [.. json["larger"]!.AsArray().Select(work => (long)work!["flop"]!)];
        Assert.Equal(515_899_392L, flop[0]);

        // 8 x 8 instead of 7 x 7 output pixels, and three channels; ten times the filters are a hundred times the products of the second layer.
        Assert.InRange(flop[1] / (double)flop[0], 64 / 49.0, 1.4);
        Assert.InRange(flop[2] / (double)flop[0], 50, 100);
        Assert.All(json["larger"]!.AsArray(), work => Assert.True((double)work!["train_step_ms"]! > 0 && (long)work["held_bytes"]! > 1_000_000));
    }

    [Fact]
    public async Task More_images_than_MNIST_has_are_for_scaling_alone()
    {
        var (code, output, error) = await Run("", "--recipe", "--images", "60001");
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("60000 at most", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_recipe_runs_on_both_sides_with_the_same_settings()
    {
        string figures = string.Join(", ", AdvNotebooks.Benchmarks.Figures.Recipe.Select(kind => $"\"{kind.Key}\": 1"));
        var (code, output, error) = await Run($"echo \"$*\" > calls\necho '{{{figures}}}'", "--recipe", "--peer", "--json", "--epochs", "1", "--images", "640", "--threads", "2");
        Assert.True(code == 0, error);
        Assert.EndsWith("--recipe --threads 2 --epochs 1 --images 640\n", await File.ReadAllTextAsync(_folder.File("calls"), Cancellation), StringComparison.Ordinal);
        JsonNode json = JsonNode.Parse(output)!;
        Assert.Equal(1, (int)json["rounds"]!);
        Assert.InRange((double)json["advlib"]!["clean_before"]!, 0.1, 1);
        Assert.True((double)json["ratio"]!["pytorch"]!["recipe_s"]!["median"]! > 0);
    }

    [Fact]
    public async Task Markdown_fills_the_section_and_nothing_else()
    {
        _folder.Write("notes.md", "before\n<!-- bench:scaling -->\nold\n<!-- /bench:scaling -->\nafter\n");
        var (code, _, error) = await Run("", "--scaling", "--threads", "1", "--images", "64", "--markdown", "notes.md");
        Assert.True(code == 0, error);
        string[] lines = await File.ReadAllLinesAsync(_folder.File("notes.md"), Cancellation);
        Assert.Equal(["before", "<!-- bench:scaling -->", "", "<!-- /bench:scaling -->", "after"], [.. lines[..3], .. lines[^2..]]);
        Assert.Contains("| threads | median ms | 10% - 90% | times as fast as on 1 |", lines);
        Assert.DoesNotContain("old", lines);
    }

    [Fact]
    public async Task A_file_without_the_section_is_found_before_anything_runs()
    {
        _folder.Write("notes.md", "<!-- bench:scaling -->\n");
        var (code, output, error) = await Run("", "--recipe", "--markdown", "notes.md");
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("bench:recipe", error, StringComparison.Ordinal);
        Assert.Contains("no section", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_ends_the_peer_too_and_is_exit_code_130()
    {
        using Process process = Start("echo $$ > starting; mv starting pid; exec sleep 600", "--peer");
        Task<string> error = process.StandardError.ReadToEndAsync(Cancellation);
        while (!File.Exists(_folder.File("pid")))
            await Task.Delay(50, Cancellation);
        await AdvnbProcess.Interrupt(process);
        Assert.Equal(130, process.ExitCode);
        Assert.Contains("interrupted", await error, StringComparison.Ordinal);
        int peer = int.Parse(await File.ReadAllTextAsync(_folder.File("pid"), Cancellation), CultureInfo.InvariantCulture);
        Assert.DoesNotContain(Process.GetProcesses(), running => running.Id == peer);
    }

    private async Task<(int Code, string Output, string Error)> Run(string script, params string[] arguments)
    {
        using Process process = Start(script, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync(Cancellation);
        Task<string> error = process.StandardError.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        return (process.ExitCode, await output, await error);
    }

    private Process Start(string script, params string[] arguments)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "a shell script stands in for Python");
        string python = _folder.Write("python", $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(python, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        ProcessStartInfo start = AdvnbProcess.StartInfo(_folder.Path, ["bench", "--steps", "1", "--passes", "1", .. arguments]);
        start.Environment["ADVNB_PYTHON"] = python;
        return Process.Start(start)!;
    }
}
