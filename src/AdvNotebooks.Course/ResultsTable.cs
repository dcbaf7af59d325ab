namespace AdvLib;

/// <summary>
/// The before/after table of a run. A number that was not measured shows as a dash, and one that does not belong to the number beside it,
/// because something was run again since, shows as what it is: from another run.
/// </summary>
internal static class ResultsTable
{
    private const string Another = "from another run";

    private static readonly (string Label, string Before, string After)[] Rows =
    [
        ("clean test images", "clean_before", "clean_after"),
        ("FGSM, made from the old model (stale after)", "fgsm_before", "stale_after"),
        ("FGSM, made from each model itself (fresh)", "fgsm_before", "fresh_after"),
    ];

    public static TableView Of(RunRecord run)
    {
        var table = new TableView(
            $"Accuracy (loss) on {run.Dataset.Name}, {run.Dataset.Test} test images", "evaluated on", "before fine-tuning",
            "after fine-tuning");
        foreach ((string label, string before, string after) in Rows)
            table = table.Row(label, Cell(run, before), Cell(run, after, after == "stale_after" ? " *" : ""));
        table = table.Note(
            "* stale: these images were made from the model before fine-tuning. " +
            "They say nothing about an attacker who sees the new model; the fresh row does.");
        if (run.Results.GetValueOrDefault("fgsm_before")?.Epsilon is { } epsilon)
            table = table.Note(FormattableString.Invariant($"FGSM's epsilon: {epsilon}."));
        return Rows.Any(row => IsFromAnotherRun(run, row.Before) || IsFromAnotherRun(run, row.After))
            ? table.Note(
                $"{Another}: of other weights, another epsilon or other images than the number beside it. " +
                "Run the notebooks behind the one that changed.")
            : table;
    }

    /// <summary>A number of the recipe; null when it was not measured, or does not belong to what stands before it.</summary>
    public static RunResult? Shown(RunRecord run, string name) => IsFromAnotherRun(run, name) ? null : run.Results.GetValueOrDefault(name);

    private static bool IsFromAnotherRun(RunRecord run, string name)
    {
        if (run.Results.GetValueOrDefault(name) is not { } result)
            return false;
        string? before = Rows.FirstOrDefault(row => row.After == name).Before;
        return !run.IsCurrent(result)
            || (before is not null && run.Results.GetValueOrDefault(before) is { } known && !run.BelongTogether(known, result));
    }

    private static string Cell(RunRecord run, string name, string mark = "") =>
        IsFromAnotherRun(run, name) ? Another
        : run.Results.GetValueOrDefault(name) is not { } result ? "-"
        : FormattableString.Invariant($"{100 * result.Accuracy:0.00}% ({result.Loss ?? double.NaN:0.0000}){mark}");
}
