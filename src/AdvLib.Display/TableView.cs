using System.Text;

namespace AdvLib;

/// <summary>
/// A small table of text. In HTML it inherits the page's colours and rules its lines half transparent, so that it is legible on
/// light and dark pages; <see cref="ToString"/> aligns it for a terminal, and <see cref="ToMarkdown"/> makes a README's table of it.
/// </summary>
/// <example><code>
/// new TableView("What the repair is worth", "", "clean", "stale *", "fresh")
///     .Row("before", "98.91%", "1.88%", "1.88%")
///     .Row("after", "99.06%", "96.41%", "94.70%")
///     .Note("* stale: images made from the old model; they say nothing about an attacker who sees the new one.")
/// </code></example>
[TypeFormatterSource(typeof(VisualFormatters))]
public sealed record TableView : IVisual
{
    // Characters of a row's name that stay on one line.
    private const int NameWidth = 16;

    private readonly string[] _headers;

    private string[][] Rows { get; init; } = [];

    private string[] Notes { get; init; } = [];

    /// <summary>Starts a table.</summary>
    /// <param name="title">What the table shows; may be empty.</param>
    /// <param name="headers">The columns' headings, at least one.</param>
    /// <exception cref="DisplayDataException">There is no column.</exception>
    public TableView(string title, params string[] headers)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(headers);
        if (headers.Length == 0)
            throw new DisplayDataException(
                $"Table \"{title}\" has no columns.", "at least one heading.", "Name the columns after the title.");
        Title = title;
        _headers = OneLine(headers);
        Align = "l" + new string('r', headers.Length - 1);
    }

    /// <summary>What the table shows.</summary>
    public string Title { get; }

    /// <summary>
    /// One letter a column: <c>l</c> left, <c>c</c> centred, <c>r</c> right. The first is left, the others right, unless set.
    /// </summary>
    /// <exception cref="DisplayDataException">Another letter, or not one letter a column.</exception>
    public string Align
    {
        get;
        init => field = value?.Length == _headers.Length && value.All("lcr".Contains) ? value
            : throw new DisplayDataException(
                $"Align is \"{value}\".", $"{_headers.Length} letters out of l, c and r.", "Give one letter for each column.");
    }

    /// <summary>A copy with one more row.</summary>
    /// <param name="cells">The row's texts, one a column.</param>
    /// <returns>The longer table.</returns>
    /// <exception cref="DisplayDataException">Not one cell a column.</exception>
    public TableView Row(params string[] cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        if (cells.Length != _headers.Length)
            throw new DisplayDataException(
                $"The row has {cells.Length} cells.", $"{_headers.Length}, one a column.", "Fill empty cells with \"\".");
        return this with { Rows = [.. Rows, OneLine(cells)] };
    }

    /// <summary>A copy with one more note under the table.</summary>
    /// <param name="text">The note, beginning with its mark.</param>
    /// <returns>The table with the note.</returns>
    public TableView Note(string text) => this with { Notes = [.. Notes, .. OneLine([text])] };

    /// <inheritdoc/>
    public string ToHtml()
    {
        // Jupyter's style sheet overrules the align attribute, repository pages strip the style: both are needed.
        string Cell(string tag, int column, string text, string style, string scope = "")
        {
            string align = Align[column] switch { 'l' => "left", 'c' => "center", _ => "right" };
            return $"<{tag}{scope} align=\"{align}\" style=\"text-align:{align};padding:4px 8px;{style}\">{Show.Escape(text)}</{tag}>";
        }
        const string Wrap = "white-space:normal;overflow-wrap:anywhere";
        const string Line = "border:0;border-bottom:1px solid rgba(128,128,128,0.35)";
        const string Strong = "border:0;border-bottom:2px solid rgba(128,128,128,0.7);font-weight:600;vertical-align:bottom";
        // On a narrow page the browser would narrow the rows' names, whose words are short, to one word a line.
        string name = Line + ";font-weight:normal" + (Rows.Any(row => row[0].Length > NameWidth) ? $";min-width:{NameWidth / 2}em" : "");
        var html = new StringBuilder();
        // A caption would be as narrow as its table, and wrap to many lines.
        if (Title.Length > 0)
            html.Append($"<p style=\"margin:8px 8px 0;font-weight:600;{Wrap}\">{Show.Escape(Title)}</p>\n");
        html.Append($"<table{(Title.Length > 0 ? $" aria-label=\"{Show.Escape(Title)}\"" : "")} "
            + "style=\"border-collapse:collapse;border:0;font-variant-numeric:tabular-nums;margin:8px 0\">\n");
        html.Append("<thead><tr>")
            .AppendJoin("", _headers.Select((text, i) => Cell("th", i, text, Strong, " scope=\"col\""))).Append("</tr></thead>\n<tbody>\n");
        foreach (string[] row in Rows)
        {
            html.Append("<tr>").Append(Cell("th", 0, row[0], name, " scope=\"row\""))
                .AppendJoin("", row.Skip(1).Select((text, i) => Cell("td", i + 1, text, Line))).Append("</tr>\n");
        }
        html.Append("</tbody>\n</table>");
        foreach (string note in Notes)
            html.Append($"\n<p style=\"margin:2px 8px;font-size:90%;max-width:80em;{Wrap}\">{Show.Escape(note)}</p>");
        return html.ToString();
    }

    /// <summary>The table as GitHub-flavoured Markdown, without a heading: the title is for the text around it.</summary>
    /// <returns>The table and, a paragraph each, its notes.</returns>
    public string ToMarkdown()
    {
        static string Row(IEnumerable<string> cells) => "| " + string.Join(" | ", cells) + " |";
        static string Safe(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace("|", "\\|");
        IEnumerable<string> lines =
            [Row(_headers.Select(Safe)), Row(Align.Select(a => a switch { 'l' => ":--", 'c' => ":-:", _ => "--:" })),
            .. Rows.Select(row => Row(row.Select(Safe))), .. Notes.SelectMany(note => (string[])["", Safe(note).Replace("*", "\\*")])];
        return string.Join('\n', lines) + "\n";
    }

    /// <summary>The table as aligned plain text.</summary>
    /// <returns>Title, headings, rows and notes, one a line.</returns>
    public override string ToString()
    {
        int[] widths = [.. _headers.Select((header, i) => Rows.Select(row => row[i].Length).Append(header.Length).Max())];
        string Row(string[] cells) => string.Join("  ", cells.Select((text, i) => Align[i] switch
        {
            'l' => text.PadRight(widths[i]),
            'c' => text.PadLeft((widths[i] + text.Length) / 2).PadRight(widths[i]),
            _ => text.PadLeft(widths[i]),
        })).TrimEnd();
        IEnumerable<string> lines =
            [.. Title.Length > 0 ? [Title] : (string[])[], Row(_headers), string.Join("  ", widths.Select(w => new string('-', w))),
            .. Rows.Select(Row), .. Notes];
        return string.Join('\n', lines);
    }

    private static string[] OneLine(string[] texts) =>
        [.. texts.Select(text =>
            string.Join(' ', (text ?? throw new ArgumentNullException(nameof(texts))).Split('\n', '\r').Where(part => part.Length > 0)))];
}
