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
        Curve[] curves =
        [
            .. (run.Certified ?? []).GroupBy(row => (row.Network, row.Epsilon, row.BoxShare, row.Kappa ?? 0, row.Shift ?? 0, row.Epochs.Count))
                .Select(Curve.Of).Where(curve => curve.Minutes.Length > 0),
        ];
        string title = $"What minutes of training prove on {run.Dataset.Name}";

        // From shortly below where the weakest ends: the steep beginnings would leave the ends, a few points apart, no room.
        double low = Math.Max(0, curves.Select(curve => curve.Low[^1]).DefaultIfEmpty(0).Min() - 0.1);
        var chart = new LineChart(title, "minutes of training", "verified, held-out images") { Percent = true, YRange = (low, 1), LogX = true };
        return curves.Aggregate(chart, (drawn, curve) => curve.IsAlone
            ? drawn.Add(curve.Name, curve.Minutes, curve.Mean)
            : drawn.Add(curve.Name, curve.Minutes, curve.Mean, curve.Low, curve.High));
    }

    // Trainings that differ by their seed alone, epoch by epoch: the mean, and from the lowest to the highest.
    private sealed record Curve(string Name, bool IsAlone, double[] Minutes, double[] Mean, double[] Low, double[] High)
    {
        public static Curve Of(IEnumerable<CertifiedRow> trainings)
        {
            CertifiedRow[] rows = [.. trainings];
            CertifiedRow first = rows[0];
            int[] rated = [.. Enumerable.Range(0, first.Epochs.Count).Where(epoch => rows.All(row => row.Epochs[epoch].Score is not null))];
            double[] Each(Func<IEnumerable<double>, double> of, Func<RatedEpoch, double> what) =>
                [.. rated.Select(epoch => of(rows.Select(row => what(row.Epochs[epoch]))))];
            double Score(RatedEpoch epoch) => epoch.Score!.Value;
            string seeds = rows.Length == 1 ? $"seed {first.Seed}" : $"{rows.Length} seeds, lowest to highest";
            string name = FormattableString.Invariant($"epsilon {first.Epsilon}: {first.Network}, box share {first.BoxShare}")
                + (first.Kappa > 0 ? FormattableString.Invariant($", kappa {first.Kappa}") : "")
                + (first.Shift > 0 ? FormattableString.Invariant($", shift {first.Shift}") : "")
                + FormattableString.Invariant($", {first.Epochs.Count} epochs, {seeds}");
            return new Curve(
                name, rows.Length == 1, Each(Enumerable.Average, epoch => epoch.Seconds / 60), Each(Enumerable.Average, Score),
                Each(Enumerable.Min, Score), Each(Enumerable.Max, Score));
        }
    }

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
}
