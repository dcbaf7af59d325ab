using System.Globalization;

namespace AdvLib;

/// <summary>The defences of a run, a row each.</summary>
internal static class DefencesTable
{
    public static TableView Of(RunRecord run)
    {
        var table = new TableView(
            $"Defences on {run.Dataset.Name}, L-inf",
            "defence", "network", "epsilon", "trained at", "shift", "square starts", "epochs", "minutes",
            "images", "clean", "PGD", "AutoAttack", "95% interval")
        { Align = "llrrrrrrrrrrr" };
        foreach (DefenceRow row in run.Defences ?? [])
        {
            table = table.Row(
                row.Defence, row.Trained, Number(row.Epsilon), Number(row.TrainedAt), Number(row.Shift ?? 0), Number(row.SquareStarts ?? 0),
                Number(row.Epochs), FormattableString.Invariant($"{row.Seconds / 60:0.0}"), Number(row.AutoAttack.Count),
                OfSame(row, row.Clean), OfSame(row, row.Pgd), $"{row.AutoAttack}", $"{row.AutoAttack.Interval}");
        }

        return table;
    }

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);

    // A number of other images than AutoAttack's is not shown beside it: earlier records have such.
    private static string OfSame(DefenceRow row, CountedAccuracy result) => result.Count == row.AutoAttack.Count ? $"{result}" : "-";
}
