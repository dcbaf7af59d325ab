using System.Globalization;

namespace AdvLib;

/// <summary>The results of <c>advnb sweep</c> so far: mean and spread over the seeds of each setting, and what failed.</summary>
[TypeFormatterSource(typeof(VisualFormatters), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class SweepResults : IVisual
{
    private readonly IGrouping<SweepConfiguration, SweepResult>[] _settings;

    /// <summary>Results that were measured or read.</summary>
    /// <param name="results">The results, in any order.</param>
    public SweepResults(IEnumerable<SweepResult> results)
    {
        All = [.. results.OrderBy(result => result.Configuration.Defence, StringComparer.Ordinal)
            .ThenBy(result => result.Configuration.Epsilon)
            .ThenBy(result => result.Configuration.Split)
            .ThenBy(result => result.Configuration.Seed)];
        Failed = [.. All.Where(result => result.Error is not null)];
        _settings = [.. All.Where(result => result.Error is null).GroupBy(result => result.Configuration.AnySeed)];
    }

    /// <summary>All results, failed ones too, by defence, epsilon, split and seed.</summary>
    public IReadOnlyList<SweepResult> All { get; }

    /// <summary>The configurations that failed.</summary>
    public IReadOnlyList<SweepResult> Failed { get; }

    /// <summary>Reads a sweep's folder.</summary>
    /// <param name="folder">The folder; there may be none yet.</param>
    /// <returns>The results.</returns>
    /// <exception cref="DataFileException">A file there is damaged.</exception>
    public static SweepResults Read(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return new SweepResults(Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.json").Select(SweepResult.Read) : []);
    }

    /// <summary>Mean and standard deviation of each setting's seeds.</summary>
    /// <returns>The table.</returns>
    public TableView Table()
    {
        // Runs of other lengths or data may lie in the same folder; the column is there when it tells anything.
        bool several = _settings.Select(setting => Training(setting.Key)).Distinct().Count() > 1;
        string[] more = several ? ["training"] : [];
        var table = new TableView(
            _settings.Length == 0
                ? "No result of a sweep yet"
                : $"Sweep: mean and standard deviation over the seeds{(several ? "" : $", {Training(_settings[0].Key)}")}",
            ["defence", "epsilon", "split", .. more, "seeds", "clean", "FGSM", "PGD"])
        {
            Align = several ? "lrrlrrrr" : "lrrrrrr",
        };
        foreach (IGrouping<SweepConfiguration, SweepResult> setting in _settings)
        {
            string[] training = several ? [Training(setting.Key)] : [];
            table = table.Row([setting.Key.Trained, Text(setting.Key.Epsilon), Text(setting.Key.Split), .. training, Text(setting.Count()),
                $"{Of(setting, r => r.Clean)}", $"{Of(setting, r => r.Fgsm)}", $"{Of(setting, r => r.Pgd)}"]);
        }

        foreach (SweepResult failed in Failed)
            table = table.Note($"! {failed.Configuration} failed: {failed.Error}");
        return _settings.Length > 0 ? table : table.Note("`advnb sweep` makes them, on one machine or a cluster.");
    }

    /// <summary>
    /// Accuracy under PGD against the split, a line for every defence and epsilon; bands reach from the lowest seed to the highest.
    /// </summary>
    /// <returns>The chart; null where no line has two splits.</returns>
    public LineChart? SplitChart() => Chart("split: share of normal images", setting => setting.Split,
        setting => $"{setting.Trained}, epsilon {Text(setting.Epsilon)}", setting => setting with { Split = 0 });

    /// <summary>
    /// Accuracy under PGD of the training's own epsilon, a line for every defence and split; bands
    /// reach from the lowest seed to the highest.
    /// </summary>
    /// <returns>The chart; null where no line has two epsilons.</returns>
    public LineChart? EpsilonChart() => Chart("epsilon of training and attack, in pixel units of [0, 1]", setting => setting.Epsilon,
        setting => $"{setting.Trained}, split {Text(setting.Split)}", setting => setting with { Epsilon = 0 });

    /// <inheritdoc/>
    public string ToHtml() => string.Concat(((IVisual?[])[Table(), SplitChart(), EpsilonChart()]).Select(part => part?.ToHtml()));

    /// <summary>The table as text.</summary>
    /// <returns>The table and what failed.</returns>
    public override string ToString() => Table().ToString();

    private static string Training(SweepConfiguration setting) =>
        FormattableString.Invariant($"{setting.Steps} steps of {setting.BatchSize}, PGD-{setting.AttackSteps} ")
        + FormattableString.Invariant($"on {(setting.Images == 0 ? "all" : setting.Images)} images");

    private static string Text(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    private static Spread Of(IEnumerable<SweepResult> runs, Func<SweepResult, double> measured) => Spread.Of([.. runs.Select(measured)]);

    private LineChart? Chart(string axis, Func<SweepConfiguration, double> x, Func<SweepConfiguration, string> name,
        Func<SweepConfiguration, SweepConfiguration> others)
    {
        IGrouping<SweepConfiguration, IGrouping<SweepConfiguration, SweepResult>>[] lines =
            [.. _settings.GroupBy(setting => others(setting.Key)).Where(line => line.Count() > 1)];
        if (lines.Length == 0)
            return null;
        var chart = new LineChart("Accuracy under fresh PGD, mean of the seeds, lowest to highest", axis, "accuracy") { Percent = true };
        foreach (IGrouping<SweepConfiguration, IGrouping<SweepConfiguration, SweepResult>> line in lines)
        {
            Spread[] spreads = [.. line.Select(setting => Of(setting, run => run.Pgd))];
            chart = chart.Add(name(line.First().Key), line.Select(setting => x(setting.Key)), spreads.Select(s => s.Mean),
                spreads.Select(s => s.Low), spreads.Select(s => s.High));
        }

        return chart;
    }
}
