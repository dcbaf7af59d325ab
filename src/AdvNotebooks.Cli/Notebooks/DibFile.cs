using System.Text.Json.Nodes;

namespace AdvNotebooks.Cli.Notebooks;

/// <summary>
/// Polyglot Notebooks' own format: cells one behind the other, each headed by a line with its language (<c>#!csharp</c>,
/// <c>#!markdown</c>), metadata under <c>#!meta</c>. What stands before the first such line is C#. It has no outputs.
/// </summary>
internal static class DibFile
{
    private const string Meta = "meta";

    /// <summary>Whether a file is of this format, by its name.</summary>
    /// <param name="path">The file.</param>
    /// <returns>True for <c>.dib</c>.</returns>
    public static bool Is(string path) => Path.GetExtension(path).Equals(".dib", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a notebook.</summary>
    /// <param name="text">The file's text.</param>
    /// <returns>The same cells in nbformat 4.5.</returns>
    public static JsonObject ToNotebook(string text)
    {
        var cells = new JsonArray();
        string language = CellLanguage.CSharp;
        var lines = new List<string>();
        foreach (string line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            if (!line.StartsWith("#!", StringComparison.Ordinal) || !IsHead(line[2..].Trim()))
            {
                lines.Add(line);
                continue;
            }

            Add(cells, language, lines);
            (language, lines) = (line[2..].Trim(), []);
        }

        Add(cells, language, lines);
        return new JsonObject
        {
            ["cells"] = cells,
            ["metadata"] = new JsonObject
            {
                ["kernelspec"] = new JsonObject { ["display_name"] = ".NET (C#)", ["language"] = "C#", ["name"] = ".net-csharp" },
                ["language_info"] = new JsonObject { ["name"] = "polyglot-notebook" },
            },
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
        };
    }

    private static bool IsHead(string name) => name == Meta || CellLanguage.Of(name) is not null;

    private static void Add(JsonArray cells, string language, List<string> lines)
    {
        string source = string.Join('\n', lines).Trim('\n');
        if (source.Length == 0 || language == Meta)
            return;
        bool prose = CellLanguage.Of(language) == CellLanguage.Markdown;
        var cell = new JsonObject { ["cell_type"] = prose ? "markdown" : "code", ["id"] = $"cell-{cells.Count + 1}" };
        cell["metadata"] = prose
            ? new JsonObject()
            : new JsonObject { ["polyglot_notebook"] = new JsonObject { ["kernelName"] = language } };
        if (!prose)
            (cell["execution_count"], cell["outputs"]) = (null, new JsonArray());
        cell["source"] = NotebookText.ToLines(source);
        cells.Add(cell);
    }
}
