using System.Globalization;

namespace AdvLib;

/// <summary>The certified trainings of a run: a row each, and their way there.</summary>
internal static class CertifiedTable
{
    public static TableView Of(RunRecord run)
    {
        var table = new TableView(
            $"Proved on {run.Dataset.Name}, L-inf",
            "network", "epsilon", "box share", "kappa", "shift", "seed", "epochs", "minutes", "images", "clean", "attacked", "verified",
            "95% interval")
        { Align = "lrrrrrrrrrrrr" };
        foreach (CertifiedRow row in run.Certified ?? [])
        {
            table = table.Row(
                row.Network, Number(row.Epsilon), Number(row.BoxShare), Number(row.Kappa ?? 0), Number(row.Shift ?? 0), Number(row.Seed),
                Number(row.Epochs.Count), FormattableString.Invariant($"{row.Seconds / 60:0.0}"), Number(row.Verified.Count),
                $"{row.Clean}", $"{row.Attacked}", $"{row.Verified}", $"{row.Verified.Interval}");
        }

        return table;
    }

    public static LineChart Curves(RunRecord run)
    {
        (CertifiedRow Row, RatedEpoch[] Rated)[] curves =
        [
            .. (run.Certified ?? []).Select(row => (Row: row, Rated: row.Epochs.Where(epoch => epoch.Score is not null).ToArray()))
                .Where(curve => curve.Rated.Length > 0),
        ];
        string title = $"What minutes of training prove on {run.Dataset.Name}";

        // From shortly below where the weakest ends: the steep beginnings would leave the ends, a few points apart, no room.
        double low = Math.Max(0, curves.Select(curve => curve.Rated[^1].Score!.Value).DefaultIfEmpty(0).Min() - 0.1);
        var chart = new LineChart(title, "minutes of training", "verified, held-out images") { Percent = true, YRange = (low, 1) };
        return curves.Aggregate(chart, (drawn, curve) => drawn.Add(
            FormattableString.Invariant(
                $"epsilon {curve.Row.Epsilon}, box share {curve.Row.BoxShare}, {curve.Row.Epochs.Count} epochs, seed {curve.Row.Seed}"),
            curve.Rated.Select(epoch => Math.Round(epoch.Seconds / 60, 1)), curve.Rated.Select(epoch => epoch.Score!.Value)));
    }

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
}
