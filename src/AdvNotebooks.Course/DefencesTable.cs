using System.Globalization;

namespace AdvLib;

/// <summary>The defences of a run, a row each.</summary>
internal static class DefencesTable
{
    public static TableView Of(RunRecord run)
    {
        var table = new TableView(
            $"SimpleCnn on {run.Dataset.Name}, L-inf; in brackets the number of images attacked",
            "defence", "epsilon", "trained at", "shift", "square starts", "epochs", "minutes", "clean", "PGD-40", "AutoAttack",
            "95% interval")
        { Align = "lrrrrrrrrrr" };
        foreach (DefenceRow row in run.Defences ?? [])
        {
            table = table.Row(
                row.Defence, Number(row.Epsilon), Number(row.TrainedAt), Number(row.Shift ?? 0), Number(row.SquareStarts ?? 0),
                Number(row.Epochs),
                FormattableString.Invariant($"{row.Seconds / 60:0.0}"), $"{row.Clean}", Counted(row.Pgd), Counted(row.AutoAttack),
                Interval(row.AutoAttack));
        }

        return table;
    }

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Counted(CountedAccuracy result) => FormattableString.Invariant($"{result} ({result.Count})");

    private static string Interval(CountedAccuracy result) =>
        ConfidenceInterval.Of((int)Math.Round(result.Accuracy * result.Count), result.Count).ToString();
}
