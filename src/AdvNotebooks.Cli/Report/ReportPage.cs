using System.Text;
using System.Text.RegularExpressions;
using AdvNotebooks.Cli.Notebooks;
using AdvNotebooks.Cli.Web;

namespace AdvNotebooks.Cli.Report;

/// <summary>
/// A run as one self-contained HTML page: what was run, results, explorer, robustness with its flags, and the executed notebooks. It asks
/// nothing of a network, and its policy lets only its own scripts run.
/// </summary>
internal static partial class ReportPage
{
    private const string Script = "report.js";

    /// <summary>Writes the page.</summary>
    /// <param name="card">The run's record.</param>
    /// <param name="notebooks">The executed notebooks, in order.</param>
    /// <param name="explorer">The epsilon explorer as an HTML fragment with its own scripts, or what to say in its place.</param>
    /// <param name="links">Links for the bar at the top, besides those to the sections: address to name.</param>
    /// <returns>The page.</returns>
    public static string Create(
        RunCard card, IReadOnlyList<Notebook> notebooks, string explorer, params IReadOnlyList<(string Address, string Name)> links)
    {
        var results = new RunResults(card);
        (string Id, string Name, string Content)[] sections =
        [
            ("run", "Run", $"<div class=\"card\">{results.RunFacts()}</div>\n"),
            ("results", "Results",
                card.HasResults ? results.BeforeAndAfter() : "<p>Nothing was measured yet: run the notebooks that follow.</p>\n"),
            ("explorer", "Explorer", explorer),
            ("robustness", "Robustness", results.Robustness()),
            ("further", "Further networks", results.Others()),
            ("notebooks", "Notebooks", Notebooks(card, notebooks)),
        ];
        sections = [.. sections.Where(section => section.Content.Length > 0)];
        IEnumerable<(string Address, string Name)> all = [.. sections.Select(section => ("#" + section.Id, section.Name)), .. links];
        var content = new StringBuilder(results.Tiles());
        foreach ((string id, string name, string html) in sections)
        {
            string button = id == "notebooks" ? "<button id=\"open-all\" type=\"button\" hidden>Open all</button>" : "";
            content.Append($"<section aria-labelledby=\"{id}\">\n"
                + $"<div class=\"section-head\"><h2 id=\"{id}\">{name}</h2>{button}</div>\n{html}</section>\n");
        }

        string[] charts = ChartMarkup.ScriptsFor(content.ToString());
        foreach (string script in charts)
            content.Append($"<script>{script}</script>\n");
        return WebPage.Fill("report.html", new Dictionary<string, string>
        {
            ["policy"] = Policy(explorer, charts),
            ["pictures.css"] = PictureMarkup.Theme,
            ["title"] = $"A run on {Show.Escape(card.Dataset)}",
            ["lead"] = Show.Escape(results.Lead),
            ["links"] = string.Concat(all.Select(link => $"<a href=\"{link.Address}\">{link.Name}</a>")),
            ["content"] = content.ToString(),
        });
    }

    private static string Notebooks(RunCard card, IReadOnlyList<Notebook> notebooks)
    {
        if (notebooks.Count == 0)
            return "";
        var markup = new NotebookMarkup(
            card.Content, new Prose(notebooks.Select(notebook => Path.GetFileNameWithoutExtension(notebook.Name)).ToHashSet()));
        return string.Concat(notebooks.Select(markup.ToHtml));
    }

    private static string Policy(string explorer, string[] charts)
    {
        IEnumerable<string> scripts =
            [WebPage.Read(Script), .. charts, .. ScriptElement().Matches(explorer).Select(match => match.Groups[1].Value)];
        return "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
            + $"script-src {string.Join(' ', scripts.Select(WebPage.Hash).Distinct())}; base-uri 'none'; form-action 'none'";
    }

    [GeneratedRegex("<script>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex ScriptElement();
}
