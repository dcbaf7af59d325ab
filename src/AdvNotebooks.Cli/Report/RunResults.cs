using System.Globalization;
using System.Text;

namespace AdvNotebooks.Cli.Report;

/// <summary>What a run's record holds, as tiles, tables and charts. Every number comes from the record.</summary>
/// <param name="card">The record.</param>
internal sealed class RunResults(RunCard card)
{
    private const string Missing = "-";

    private static readonly (string Result, string Label)[] Recipe =
    [
        ("clean_before", "clean, before"), ("fgsm_before", "FGSM, before"), ("clean_after", "clean, after"),
        ("stale_after", "stale FGSM, after *"), ("fresh_after", "fresh FGSM, after"),
    ];

    private static readonly (string Key, string Label)[] Strongest = [("pgd", "PGD, after"), ("autoattack", "AutoAttack, after")];

    private readonly RunRecord _run = card.Content;

    // Names under which robustness reports were recorded.
    private IEnumerable<string> Reports => _run.Flags?.Keys ?? [];

    /// <summary>What was run, in a sentence.</summary>
    public string Lead => $"{card.Dataset}, seed {card.Seed}, begun {Started()}";

    /// <summary>The accuracies that the run is about, large.</summary>
    /// <returns>A list; empty where nothing was measured.</returns>
    public string Tiles()
    {
        IEnumerable<(string Result, string Label)> wanted =
            [.. Recipe, .. Strongest.Select(attack => ($"mixed_{attack.Key}", attack.Label))];
        string[] tiles = [.. wanted.Where(tile => card.Accuracy(tile.Result) is not null)
            .Select(tile => $"<li class=\"tile\"><b>{Percent(card.Accuracy(tile.Result))}</b><span>{Show.Escape(tile.Label)}</span></li>")];
        return tiles.Length == 0 ? "" : $"<ul class=\"tiles\" aria-label=\"Accuracies\">{string.Concat(tiles)}</ul>\n";
    }

    /// <summary>What was run: data, seed, machine, date, time.</summary>
    /// <returns>A list of names and values.</returns>
    public string RunFacts()
    {
        (string Name, string Value)[] facts =
        [
            ("data set", card.Dataset),
            ("images", string.Create(CultureInfo.InvariantCulture, $"{_run.Dataset.Train:N0} train, {_run.Dataset.Test:N0} test")),
            ("seed", string.Create(CultureInfo.InvariantCulture, $"{card.Seed}")),
            ("begun", Started()),
            ("computed for", string.Create(CultureInfo.InvariantCulture, $"{_run.Notebooks.Values.Sum():0} s")),
            ("notebooks", _run.Notebooks.Count.ToString(CultureInfo.InvariantCulture)),
            ("engine", _run.Engine ?? Missing),
            ("threads", _run.Threads?.ToString(CultureInfo.InvariantCulture) ?? Missing),
            ("processor", _run.Cpu),
            (".NET", _run.Dotnet),
            ("commit", _run.Commit is { Length: > 12 } commit ? commit[..12] : _run.Commit ?? Missing),
        ];
        IEnumerable<string> lines = facts.Select(fact => $"<div><dt>{fact.Name}</dt><dd>{Show.Escape(fact.Value)}</dd></div>");
        return $"<dl class=\"facts\">{string.Concat(lines)}</dl>\n";
    }

    /// <summary>The recipe's table and chart.</summary>
    /// <returns>HTML.</returns>
    public string BeforeAndAfter()
    {
        var html = new StringBuilder(Table(card.Table()));
        (string Name, string Before, string After)[] groups =
        [
            ("clean", "clean_before", "clean_after"),
            ("stale FGSM *", "fgsm_before", "stale_after"),
            ("fresh FGSM", "fgsm_before", "fresh_after"),
        ];
        if (groups.All(group => card.Accuracy(group.Before) is not null && card.Accuracy(group.After) is not null))
        {
            html.Append(Picture(
                new BarChart($"Before and after, on {card.Dataset}", groups.Select(group => group.Name), "accuracy") { Percent = true }
                .Add("before fine-tuning", groups.Select(group => card.Accuracy(group.Before)!.Value))
                .Add("after", groups.Select(group => card.Accuracy(group.After)!.Value))));
        }

        return html.ToString();
    }

    /// <summary>Every robustness report of the run: table, chart, and its sanity flags.</summary>
    /// <returns>HTML; empty where there is none.</returns>
    public string Robustness()
    {
        var html = new StringBuilder();
        foreach (string report in Reports)
        {
            (string Label, RunResult Result)[] rows = [.. _run.Results.Where(result => Belongs(result, report))
                .Select(result => (Words(result.Key[(report.Length + 1)..]), result.Value))];
            if (rows.Length == 0)
                continue;
            string[] heads = ["evaluated on", "kind", "accuracy", "95% interval", "mean confidence", "images"];
            var table = new TableView($"Robustness of the network \"{report}\"", heads) { Align = "llrrrr" };
            foreach ((string label, RunResult result) in rows)
                table = table.Row(label, result.Kind ?? Missing, Percent(result.Accuracy),
                    $"{Percent(result.Low)} to {Percent(result.High)}", Percent(result.Confidence), Count(result));
            table = table.Note($"Largest change of a pixel: epsilon {Epsilon(rows[^1].Result)}. "
                + "stale: made from an earlier model; fresh: made from this one; transfer: made from another; "
                + "verified: proved for every attack, a lower bound.");
            html.Append(Table(rows.All(row => _run.IsCurrent(row.Result))
                ? table
                : table.Note("From another run: a network of this report was trained again since.")));
            html.Append(Picture(
                new BarChart($"What each attack leaves of \"{report}\"", rows.Select(row => row.Label), "accuracy") { Percent = true }
                .Add(report, rows.Select(row => row.Result.Accuracy))));
            html.Append(Flags(report));
        }

        return html.ToString();
    }

    /// <summary>The defences that the run compared, its certified trainings, and what else its notebooks recorded.</summary>
    /// <returns>HTML; empty where there is nothing.</returns>
    public string Others() => string.Concat(
        _run.Defences is { Count: > 0 } ? Table(card.Defences()) : "",
        _run.Certified is { Count: > 0 } ? Table(card.Certified()) : "",
        OtherResults());

    private string OtherResults()
    {
        (string Subject, string Measure, RunResult Result)[] others =
        [
            .. _run.Results
                .Where(result => !Recipe.Any(known => known.Result == result.Key) && !Reports.Any(report => Belongs(result, report)))
                .Select(result => result.Key.LastIndexOf('_') is > 0 and var cut
                    ? (Words(result.Key[..cut]), Words(result.Key[(cut + 1)..]), result.Value)
                    : (result.Key, "accuracy", result.Value)),
        ];
        if (others.Length == 0)
            return "";
        string[] measures = [.. others.Select(other => other.Measure).Distinct()];
        var table = new TableView("Accuracy of further networks", ["network", .. measures]);
        foreach (IGrouping<string, (string, string Measure, RunResult Result)> subject in others.GroupBy(other => other.Subject))
        {
            table = table.Row([subject.Key, .. measures.Select(measure => subject.Where(other => other.Measure == measure)
                .Select(other => Percent(other.Result.Accuracy)).FirstOrDefault(Missing))]);
        }

        foreach (string measure in measures)
        {
            string[] counts = [.. others.Where(other => other.Measure == measure).Select(other => Count(other.Result)).Distinct()];
            table = counts.Length == 1 ? table.Note($"{measure}: {counts[0]} images.") : table;
        }

        return Table(table);
    }

    /// <summary>A table that scrolls where the page is narrow.</summary>
    /// <param name="table">The table.</param>
    /// <returns>HTML.</returns>
    public static string Table(TableView table) => $"<div class=\"table card\">{table.ToHtml()}</div>\n";

    private static string Picture(BarChart picture) =>
        $"<div class=\"picture {PictureMarkup.Class}\">{ChartMarkup.Read(picture.ToPlotly().ToVisual().ToHtml())}</div>\n";

    private string Flags(string report) => _run.Flags![report] is not { Count: > 0 } flags
        ? $"<p class=\"card\"><strong>No sanity flag</strong> for \"{Show.Escape(report)}\": nothing in it contradicts itself.</p>\n"
        : string.Concat(flags.Select(flag => "<div class=\"card flag\" role=\"note\"><strong>Sanity flag: "
            + $"{Show.Escape(flag.Check)}.</strong> {Show.Escape(flag.Seen)} {Show.Escape(flag.Why)} {Show.Escape(flag.Remedy)}</div>\n"));

    private static bool Belongs(KeyValuePair<string, RunResult> result, string report)
        => result.Key.StartsWith(report + "_", StringComparison.Ordinal) && result.Value.Kind is not null;

    private static string Words(string key) => string.Join(' ', key.Split('_').Select(word => word switch
    {
        "fgsm" or "pgd" or "trades" or "bim" => word.ToUpperInvariant(),
        "autoattack" => "AutoAttack",
        _ => word,
    }));

    private string Started() =>
        DateTime.TryParse(_run.Started, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out DateTime started)
        ? started.ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture)
        : Missing;

    private static string Count(RunResult result) => result.Count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Epsilon(RunResult result) => result.Epsilon?.ToString(CultureInfo.InvariantCulture) ?? Missing;

    private static string Percent(double? fraction) => fraction is { } value ? Show.Value(value, percent: true) : Missing;
}
