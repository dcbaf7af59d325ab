using System.Globalization;

namespace AdvLib;

/// <summary>The certified trainings of a run: a row each, and their way there.</summary>
internal static class CertifiedTable
{
    public static TableView Of(RunRecord run)
    {
        var table = new TableView(
            $"Proved on {run.Dataset.Name}, L-inf",
            "network", "epsilon", "box share", "kappa", "shift", "seed", "epochs", "minutes", "images", "clean", "attacked", "verified", "95% interval")
        { Align = "lrrrrrrrrrrrr" };
        foreach (CertifiedRow row in run.Certified ?? [])
        {
            table = table.Row(
                row.Network, Number(row.Epsilon), Number(row.BoxShare), Number(row.Kappa ?? 0), Number(row.Shift ?? 0), Number(row.Seed), Number(row.Epochs.Count),
                FormattableString.Invariant($"{row.Seconds / 60:0.0}"), Number(row.Verified.Count),
                $"{row.Clean}", $"{row.Attacked}", $"{row.Verified}", $"{row.Verified.Interval}");
        }

        return table;
    }

    public static LineChart Curves(RunRecord run)
    {
        CertifiedRow[] rows = [.. (run.Certified ?? []).Where(row => Rated(row).Length > 0)];
        string title = $"What minutes of training prove on {run.Dataset.Name}";

        // From shortly below where the weakest ends: the steep beginnings would leave the ends, a few points apart, no room.
        double low = rows.Select(row => Rated(row)[^1].Score!.Value).DefaultIfEmpty(0).Min() - 0.1;
        var chart = new LineChart(title, "minutes of training", "verified, held-out images") { Percent = true, YRange = (Math.Max(0, low), 1) };
        return rows.Aggregate(chart, (curves, row) => curves.Add(
            FormattableString.Invariant($"epsilon {row.Epsilon}, box share {row.BoxShare}, {row.Epochs.Count} epochs, seed {row.Seed}"),
            Rated(row).Select(epoch => Math.Round(epoch.Seconds / 60, 1)), Rated(row).Select(epoch => epoch.Score!.Value)));
    }

    private static RatedEpoch[] Rated(CertifiedRow row) => [.. row.Epochs.Where(epoch => epoch.Score is not null)];

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
}
