using System.Globalization;
using System.Text.Json.Nodes;

namespace AdvLib;

/// <summary>The defences of a run card, a row each: how they are kept, and how they are shown.</summary>
internal static class DefencesTable
{
    // What tells one training from another.
    private static readonly string[] Trainings = ["defence", "epsilon", "trainedAt", "shift", "squareStarts"];

    public static JsonObject Row(DefenceResult result) => new()
    {
        ["defence"] = result.Defence,
        ["epsilon"] = Math.Round(result.Epsilon, 6),
        ["trainedAt"] = Math.Round(result.TrainedAt, 6),
        ["shift"] = result.Shift,
        ["squareStarts"] = Math.Round(result.SquareStarts, 6),
        ["epochs"] = result.Epochs,
        ["seconds"] = Math.Round(result.Seconds, 1),
        ["clean"] = Accuracy(result.Clean),
        ["pgd"] = Accuracy(result.Pgd),
        ["autoAttack"] = Accuracy(result.AutoAttack),
    };

    /// <summary>Whether two rows are of networks trained the same way. Cards of before there were shifts have none.</summary>
    public static bool AreOfOneTraining(JsonNode? a, JsonNode? b) =>
        Trainings.All(key => JsonNode.DeepEquals(a?[key] ?? 0, b?[key] ?? 0));

    public static TableView Of(JsonObject card)
    {
        var table = new TableView(
            $"SimpleCnn on {card["dataset"]?["name"]}, L-inf; in brackets the number of images attacked",
            "defence", "epsilon", "trained at", "shift", "square starts", "epochs", "minutes", "clean", "PGD-40", "AutoAttack", "95% interval")
        { Align = "lrrrrrrrrrr" };
        foreach (JsonNode? row in card["defences"]?.AsArray() ?? [])
        {
            table = table.Row(
                row!["defence"]!.GetValue<string>(), Number(row["epsilon"]), Number(row["trainedAt"]), Number(row["shift"] ?? 0), Number(row["squareStarts"] ?? 0), Number(row["epochs"]),
                (row["seconds"]!.GetValue<double>() / 60).ToString("0.0", CultureInfo.InvariantCulture),
                Share(row["clean"]!), Counted(row["pgd"]!), Counted(row["autoAttack"]!), Interval(row["autoAttack"]!));
        }

        return table;
    }

    private static JsonObject Accuracy(Evaluation evaluation) => new() { ["accuracy"] = evaluation.Accuracy, ["count"] = evaluation.Count };

    private static string Number(JsonNode? value) => value!.AsValue().ToString();

    private static string Share(JsonNode result) => FormattableString.Invariant($"{100 * result["accuracy"]!.GetValue<double>():0.00}%");

    private static string Counted(JsonNode result) => FormattableString.Invariant($"{Share(result)} ({result["count"]!.GetValue<int>()})");

    private static string Interval(JsonNode result)
    {
        int count = result["count"]!.GetValue<int>();
        return ConfidenceInterval.Of((int)Math.Round(result["accuracy"]!.GetValue<double>() * count), count).ToString();
    }
}
