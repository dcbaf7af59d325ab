using System.Text.Json.Nodes;

namespace AdvLib;

/// <summary>The before/after table of a run card. A number that was not measured shows as a dash.</summary>
internal static class ResultsTable
{
    private static readonly (string Label, string Before, string After)[] Rows =
    [
        ("clean test images", "clean_before", "clean_after"),
        ("FGSM, made from the old model (stale after)", "fgsm_before", "stale_after"),
        ("FGSM, made from each model itself (fresh)", "fgsm_before", "fresh_after"),
    ];

    public static TableView Of(JsonObject card)
    {
        JsonNode? data = card["dataset"];
        JsonNode? results = card["results"];
        var table = new TableView($"Accuracy (loss) on {data?["name"]}, {data?["test"]} test images", "evaluated on", "before fine-tuning", "after fine-tuning");
        foreach ((string label, string before, string after) in Rows)
            table = table.Row(label, Cell(results?[before]), Cell(results?[after], after == "stale_after" ? " *" : ""));
        return table.Note("* stale: these images were made from the model before fine-tuning. They say nothing about an attacker who sees the new model; the fresh row does.");
    }

    private static string Cell(JsonNode? result, string mark = "") => result is null
        ? "-"
        : FormattableString.Invariant($"{100 * result["accuracy"]!.GetValue<double>():0.00}% ({result["loss"]?.GetValue<double>() ?? double.NaN:0.0000}){mark}");
}
