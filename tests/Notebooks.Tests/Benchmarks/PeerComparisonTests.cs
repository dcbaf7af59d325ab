using System.Text.Json.Nodes;
using AdvNotebooks.Benchmarks;

namespace AdvNotebooks.Tests.Benchmarks;

public sealed class PeerComparisonTests
{
    private static readonly MeasuredPeer Torch =
        new("PyTorch", [Side("PyTorch 1.13", 16, 800), Side("PyTorch 1.13", 15, 810), Side("PyTorch 1.13", 10, 790)]);

    private static readonly PeerComparison Comparison = new(
        Figures.Steps, 2, [Side("AdvLib, test", 4, 100), Side("AdvLib, test", 5, 120), Side("AdvLib, test", 2, 110)], [Torch]);

    [Fact]
    public void A_ratio_is_the_median_of_the_rounds_ratios_not_the_ratio_of_the_medians()
    {
        Assert.Equal((4, 3, 5), Comparison.Ratio(Torch, "train_step_ms"));
        // The medians' ratio would be 15 / 4.
        JsonNode json = JsonNode.Parse(Comparison.ToJson())!;
        Assert.Equal(4, (double)json["advlib"]!["train_step_ms"]!);
        Assert.Equal(15, (double)json["pytorch"]!["train_step_ms"]!);
        Assert.Equal(4, (double)json["ratio"]!["pytorch"]!["train_step_ms"]!["median"]!);
    }

    [Fact]
    public void Two_rounds_have_the_mean_for_a_median() =>
        Assert.Equal((3.5, 3, 4), Comparison.Ratio(Torch with { Rounds = [.. Torch.Rounds.Take(2)] }, "eval10k_ms"));

    [Fact]
    public void The_json_has_every_round()
    {
        JsonNode json = JsonNode.Parse(Comparison.ToJson())!;
        Assert.Equal((3, 2), ((int)json["rounds"]!, (int)json["threads"]!));
        Assert.Equal("[16,15,10]", json["pytorch"]!["fgsm10k_ms_rounds"]!.ToJsonString());
        Assert.Equal((110, 800), ((double)json["advlib"]!["peak_rss_mb"]!, (double)json["pytorch"]!["peak_rss_mb"]!));
        Assert.Equal((3, 5), ((double)json["ratio"]!["pytorch"]!["mixed_step_ms"]!["min"]!, (double)json["ratio"]!["pytorch"]!["mixed_step_ms"]!["max"]!));
    }

    [Fact]
    public void The_table_has_a_line_a_measure_and_fits_80_columns()
    {
        string[] lines = Render(Comparison);
        Assert.Contains("AdvLib, test and PyTorch 1.13: threads 2, rounds 3", lines[0], StringComparison.Ordinal);
        Assert.All(lines, line => Assert.InRange(line.Length, 1, 80));
        string[] rows = lines[^5..];
        Assert.All(Figures.Steps.Zip(rows), pair => Assert.StartsWith(pair.First.Label, pair.Second.Trim(), StringComparison.Ordinal));
        Assert.Equal(["4.00", "ms", "15.00", "ms", "4.00", "3.00", "-", "5.00"], Words(rows[0])[^8..]);
        Assert.Equal(["110", "MB", "800", "MB", "7.18", "6.75", "-", "8.00"], Words(rows[4])[^8..]);
    }

    [Fact]
    public void An_accuracy_has_no_ratio()
    {
        Figures recipe = new("AdvLib, test", Figures.Recipe.ToDictionary(kind => kind.Key, kind => kind.IsCost ? 2.0 : 0.5));
        var comparison = new PeerComparison(Figures.Recipe, 2, [recipe], [new MeasuredPeer("PyTorch", [recipe])]);
        Assert.EndsWith(" 50.00%   50.00%", Render(comparison)[^1], StringComparison.Ordinal);
        Assert.Equal(["recipe_s", "training_s", "fine_tuning_s", "peak_rss_mb"], JsonNode.Parse(comparison.ToJson())!["ratio"]!["pytorch"]!.AsObject().Select(pair => pair.Key));
    }

    [Fact]
    public void Without_PyTorch_AdvLib_stands_alone()
    {
        PeerComparison alone = Comparison with { Peers = [new MeasuredPeer("PyTorch", [], "Install it.")] };
        Assert.Equal("AdvLib alone. Install it.", alone.Remark);
        JsonNode json = JsonNode.Parse(alone.ToJson())!;
        Assert.Null(json["pytorch"]);
        Assert.Null(json["ratio"]);
        Assert.Equal(4, (double)json["advlib"]!["train_step_ms"]!);
        string table = string.Join('\n', Render(alone));
        Assert.Contains("4.00 ms", table, StringComparison.Ordinal);
        Assert.DoesNotContain("PyTorch", table, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_peer_that_is_there_has_a_table_and_ratios_of_its_own()
    {
        var sharp = new MeasuredPeer("TorchSharp", [Side("TorchSharp 0.107", 8, 500), Side("TorchSharp 0.107", 5, 500), Side("TorchSharp 0.107", 8, 500)]);
        PeerComparison both = Comparison with { Peers = [sharp, Torch, new MeasuredPeer("Other", [], "Install the other.")] };
        Assert.Equal(2, both.Tables.Count);
        Assert.Contains("AdvLib, test and TorchSharp 0.107", both.Tables[0].ToString(), StringComparison.Ordinal);
        Assert.Contains("AdvLib, test and PyTorch 1.13", both.Tables[1].ToString(), StringComparison.Ordinal);
        Assert.Equal("Install the other.", both.Remark);
        JsonNode json = JsonNode.Parse(both.ToJson())!;
        Assert.Equal((2, 4), ((double)json["ratio"]!["torchsharp"]!["train_step_ms"]!["median"]!, (double)json["ratio"]!["pytorch"]!["train_step_ms"]!["median"]!));
        Assert.Null(json["other"]);
        Assert.Null(json["ratio"]!["other"]);
    }

    [Fact]
    public void A_peer_that_only_evaluates_is_compared_in_that()
    {
        Figures evaluates = new("ONNX Runtime 1", Figures.Inference.ToDictionary(kind => kind.Key, _ => 12.0));
        PeerComparison compared = Comparison with { Peers = [new MeasuredPeer("ONNX Runtime", [evaluates, evaluates, evaluates])] };
        string[] lines = Render(compared);
        Assert.Equal(["evaluating 10,000 images", "peak memory"], lines[^2..].Select(line => line[..24].Trim()));
        JsonNode json = JsonNode.Parse(compared.ToJson())!;
        Assert.Equal(3, (double)json["ratio"]!["onnxruntime"]!["eval10k_ms"]!["median"]!);
        Assert.Null(json["onnxruntime"]!["train_step_ms"]);
        Assert.NotNull(json["advlib"]!["train_step_ms"]);
    }

    private static Figures Side(string engine, double time, double memory) =>
        new(engine, Figures.Steps.ToDictionary(kind => kind.Key, kind => kind.Unit == "MB" ? memory : time));

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string[] Render(PeerComparison comparison) => comparison.Tables.Single().ToString().Split('\n');
}
