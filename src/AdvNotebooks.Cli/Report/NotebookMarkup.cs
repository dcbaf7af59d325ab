using System.Text;
using System.Text.Json;
using AdvNotebooks.Cli.Notebooks;

namespace AdvNotebooks.Cli.Report;

/// <summary>An executed notebook as HTML: prose, code folded, outputs open.</summary>
/// <param name="card">The run's record.</param>
/// <param name="prose">Renders its Markdown.</param>
internal sealed class NotebookMarkup(RunRecord card, Prose prose)
{
    private readonly OutputMarkup _outputs = new(prose);

    /// <summary>Writes a notebook.</summary>
    /// <param name="notebook">The executed copy.</param>
    /// <returns>A section that opens at a click.</returns>
    public string ToHtml(Notebook notebook)
    {
        string name = Path.GetFileNameWithoutExtension(notebook.Name);
        string title = notebook.Cells.Where(cell => cell.IsProse)
            .Select(cell => Prose.Title(cell.Source)).FirstOrDefault(text => text is not null) ?? name;
        (string state, bool failed) = State(notebook, name);
        var html = new StringBuilder($"<details class=\"notebook\" id=\"{Prose.Anchor(name)}\">\n"
            + $"<summary><span>{Show.Escape(title)}</span><small{(failed ? " class=\"failed\"" : "")}>{Show.Escape(state)}</small>"
            + "</summary>\n<div class=\"cells\">\n");
        if (card.Settings.TryGetValue(name, out IReadOnlyDictionary<string, JsonElement>? settings))
            html.Append("<p class=\"settings\">").AppendJoin(" \u00B7 ",
                settings.Select(setting => $"{Show.Escape(setting.Key)} {Show.Escape(setting.Value.ToString())}")).Append("</p>\n");
        foreach (NotebookCell cell in notebook.Cells)
            html.Append(cell.IsCode ? Code(cell)
                : cell.IsProse ? $"<div class=\"prose\">{prose.ToHtml(cell.Source, withTitle: false)}</div>\n"
                : "");
        return html.Append("</div>\n</details>\n").ToString();
    }

    private string Code(NotebookCell cell)
    {
        string first = cell.Source.Split('\n').FirstOrDefault(line => line.Trim().Length > 0)?.Trim() ?? "";
        string code = first.Length == 0
            ? ""
            : $"<details class=\"code\"><summary>Code<code>{Show.Escape(first)}</code></summary>"
                + $"<pre><code>{Show.Escape(cell.Source)}</code></pre></details>\n";
        return code + string.Concat(cell.Outputs.Select(output => _outputs.ToHtml(output) + "\n"));
    }

    private (string State, bool Failed) State(Notebook notebook, string name)
    {
        int succeeded = notebook.CodeCells.Count(cell => cell.Succeeded);
        int all = notebook.CodeCells.Count;
        if (succeeded < all)
            return ($"stopped: {succeeded} of {all} cells ran", true);
        return card.Notebooks.TryGetValue(name, out double seconds)
            ? (FormattableString.Invariant($"{seconds:0.0} s"), false)
            : ("not part of this run's record", false);
    }
}
