using System.Globalization;
using AdvNotebooks.Cli.Web;

namespace AdvNotebooks.Cli.Attacks;

/// <summary>An attack's report as one self-contained HTML page, which asks nothing of a network.</summary>
internal static class AttackPage
{
    /// <summary>Writes the page.</summary>
    /// <param name="record">What was attacked.</param>
    /// <param name="report">What came of it.</param>
    /// <returns>The page.</returns>
    public static string Create(AttackRecord record, RobustnessReport report)
    {
        (string Id, string Name, string Content)[] sections =
        [
            ("robustness", "Robustness", $"<div class=\"table\">{report.ToHtml()}</div>\n"),
            ("classes", "Classes", $"<div class=\"picture\">{report.ClassChart().ToSvg()}</div>\n"
                + $"<div class=\"table\">{Named(report.ClassTable(), record.Plan.Input.ClassNames).ToHtml()}</div>\n"),
            ("attack", "What was attacked", $"<div class=\"card\">{Facts(record)}</div>\n"),
        ];
        return WebPage.Fill("report.html", new Dictionary<string, string>
        {
            ["policy"] = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
                + $"script-src {WebPage.Hash(WebPage.Read("report.js"))}; base-uri 'none'; form-action 'none'",
            ["pictures.css"] = PictureMarkup.Theme,
            ["title"] = Show.Escape($"{record.Plan.Model} under attack"),
            ["lead"] = Show.Escape($"{AttackText.Lowest(report)} On {record.Plan.Data}, {AttackText.Bound(record.Plan)}."),
            ["links"] = string.Concat(sections.Select(section => $"<a href=\"#{section.Id}\">{section.Name}</a>")),
            ["content"] = string.Concat(sections.Select(section => $"<section aria-labelledby=\"{section.Id}\">\n"
                + $"<div class=\"section-head\"><h2 id=\"{section.Id}\">{section.Name}</h2></div>\n{section.Content}</section>\n")),
        });
    }

    private static TableView Named(TableView table, string[]? names) => names is null ? table
        : table.Note($"Classes: {string.Join(", ", names.Select((name, i) => FormattableString.Invariant($"{i} {name}")))}.");

    private static string Facts(AttackRecord record)
    {
        AttackPlan plan = record.Plan;
        string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
        (string Name, string Value)[] facts =
        [
            ("model", plan.Model),
            ("its SHA-256", plan.ModelHash),
            ("images", string.Create(CultureInfo.InvariantCulture, $"{plan.Images:N0} of {plan.Data}")),
            ("their SHA-256", plan.DataHash),
            ("left out", Number(plan.Skipped.Length)),
            ("bound", AttackText.Bound(plan)),
            ("PGD", string.Create(CultureInfo.InvariantCulture, $"{plan.Steps} steps, {plan.Restarts} starts")),
            ("APGD and FAB", string.Create(CultureInfo.InvariantCulture, $"{plan.Iterations} steps")),
            ("Square", string.Create(CultureInfo.InvariantCulture, $"{plan.Queries} queries")),
            ("seed", Number(plan.Seed)),
            ("engine", string.Join("; ", record.Engines)),
            ("computed for", string.Create(CultureInfo.InvariantCulture, $"{record.Seconds:0} s")),
            ("plan", record.PlanHash),
        ];
        IEnumerable<string> lines = facts.Select(fact => $"<div><dt>{fact.Name}</dt><dd>{Show.Escape(fact.Value)}</dd></div>");
        return $"<dl class=\"facts\">{string.Concat(lines)}</dl>\n";
    }
}
