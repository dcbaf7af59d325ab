using System.Text.Json.Nodes;

namespace AdvLib.Tests;

public sealed class ResultsTableTests
{
    private const string Full = """
        {"dataset": {"name": "MNIST", "test": 10000}, "results": {
            "clean_before": {"loss": 0.04041, "accuracy": 0.9892, "count": 10000}, "fgsm_before": {"loss": 14.29, "accuracy": 0.011, "count": 10000},
            "clean_after": {"loss": 0.0292, "accuracy": 0.9913, "count": 10000}, "stale_after": {"loss": 0.0908, "accuracy": 0.9741, "count": 10000},
            "fresh_after": {"loss": 0.0997, "accuracy": 0.9706, "count": 10000}}}
        """;

    [Fact]
    public void A_full_card_gives_every_number_and_marks_the_stale_one()
    {
        string[] lines = ProcessState.InGerman(ResultsTable.Of(Card(Full)).ToString).Split('\n');
        Assert.Equal("Accuracy (loss) on MNIST, 10000 test images", lines[0]);
        Assert.Equal(["evaluated on", "before fine-tuning", "after fine-tuning"], Cells(lines[1]));
        Assert.Equal(["clean test images", "98.92% (0.0404)", "99.13% (0.0292)"], Cells(lines[3]));
        Assert.Equal(["FGSM, made from the old model (stale after)", "1.10% (14.2900)", "97.41% (0.0908) *"], Cells(lines[4]));
        Assert.Equal(["FGSM, made from each model itself (fresh)", "1.10% (14.2900)", "97.06% (0.0997)"], Cells(lines[5]));
        Assert.StartsWith("* stale:", lines[6], StringComparison.Ordinal);
        Assert.Contains("made from the model before fine-tuning", lines[6], StringComparison.Ordinal);
        Assert.Equal(7, lines.Length);
    }

    [Fact]
    public void What_was_not_measured_is_a_dash()
    {
        JsonObject card = Card(Full);
        JsonObject results = card["results"]!.AsObject();
        results.Remove("clean_after");
        results.Remove("fresh_after");
        string[] lines = ResultsTable.Of(card).ToString().Split('\n');
        Assert.Equal(["clean test images", "98.92% (0.0404)", "-"], Cells(lines[3]));
        Assert.Equal(["FGSM, made from each model itself (fresh)", "1.10% (14.2900)", "-"], Cells(lines[5]));

        results.Clear();
        lines = ResultsTable.Of(card).ToString().Split('\n');
        Assert.All(lines[3..6], line => Assert.All(Cells(line)[1..], cell => Assert.StartsWith("-", cell, StringComparison.Ordinal)));
    }

    private static JsonObject Card(string json) => JsonNode.Parse(json)!.AsObject();

    private static string[] Cells(string line) => line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
