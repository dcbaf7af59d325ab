using System.Text.RegularExpressions;
using AdvNotebooks.Cli.Notebooks;
using AdvNotebooks.Cli.Packages;

namespace AdvNotebooks.Cli.Kernel;

/// <summary>
/// Splits a cell at its directives. They are recognised by line, as .NET Interactive does, so a line that starts with
/// <c>#!</c> is one even inside a raw string.
/// </summary>
internal static partial class CellParser
{
    /// <summary>Splits a cell's source.</summary>
    /// <param name="source">The source text.</param>
    /// <returns>The parts in the order to carry them out; no part for stretches of blank lines.</returns>
    /// <exception cref="DirectiveException">A directive is unknown or malformed.</exception>
    public static IReadOnlyList<CellPart> Parse(string source)
    {
        string[] lines = source.ReplaceLineEndings("\n").Split('\n');
        var parts = new List<CellPart>();
        int start = 0;
        string language = CellLanguage.CSharp;
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            string? chosen = line.StartsWith("#!", StringComparison.Ordinal) ? CellLanguage.Of(line[2..]) : null;
            CellPart? directive = chosen is null && language == CellLanguage.CSharp ? ParseDirective(line, i + 1) : null;
            if (chosen is null && directive is null)
                continue;
            Add(parts, language, lines, start, i);
            if (directive is not null)
                parts.Add(directive);
            (language, start) = (chosen ?? language, i + 1);
        }

        Add(parts, language, lines, start, lines.Length);
        return parts;
    }

    private static void Add(List<CellPart> parts, string language, string[] lines, int start, int end)
    {
        if (language == CellLanguage.CSharp)
            AddCode(parts, lines, start, end);
        else if (string.Join('\n', lines[start..end]).Trim('\n') is var text && !string.IsNullOrWhiteSpace(text))
            parts.Add(language is CellLanguage.Markdown or CellLanguage.Html
                ? new TextPart(start + 1, language, text)
                : new ForeignPart(start + 1, language));
    }

    private static void AddCode(List<CellPart> parts, string[] lines, int start, int end)
    {
        while (start < end && string.IsNullOrWhiteSpace(lines[start]))
            start++;
        if (start < end)
            parts.Add(new CodePart(start + 1, new string('\n', start) + string.Join('\n', lines[start..end])));
    }

    private static CellPart? ParseDirective(string line, int number)
    {
        if (line.StartsWith("#!", StringComparison.Ordinal))
        {
            string[] words = line.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words is ["#!import", var file])
                return new ImportPart(number, file.Trim('"'));
            if (words is ["#!time"])
                return new TimePart(number);
            throw words[0] == "#!import"
                ? new DirectiveException(number, "#!import names no file.", "for example \"#!import setup.csx\".", "Name the file.")
                : new DirectiveException(number, $"Unknown magic command \"{words[0]}\".",
                    "\"#!import FILE\", which every notebook host knows; "
                        + "#!time, #!markdown, #!html, #!csharp, or the name of another language, which is skipped.",
                    "Remove the line, or write it in C#.");
        }

        if (HashDirective().Match(line) is not { Success: true } match)
            return null;
        string name = match.Groups["name"].Value;
        bool isPackage = match.Groups["value"].Value.StartsWith("nuget:", StringComparison.OrdinalIgnoreCase);
        if (match.Groups["value"] is not { Success: true, Value: { } value } || (name == "i" && !isPackage))
            throw new DirectiveException(number, $"Directive not understood: {line}",
                "#r \"file.dll\", #r \"nuget: Id, Version\", #i \"nuget: source\" or #load \"file.csx\".", "Correct the line.");
        if (name == "load")
            return new ImportPart(number, value);
        if (!isPackage)
            return new ReferencePart(number, value);
        string rest = value["nuget:".Length..].Trim();
        if (name == "i")
            return new SourcePart(number, rest);
        return PackageReference.Parse(rest) is { } package
            ? new PackagePart(number, package)
            : throw new DirectiveException(
                number, $"No package in {line}", "#r \"nuget: Id, Version\".", "Write id and version with a comma between.");
    }

    [GeneratedRegex("""^#\s*(?<name>r|load|i)(?=["\s]|$)\s*(?:"(?<value>[^"]+)"\s*(?://.*)?$|.*$)""")]
    private static partial Regex HashDirective();
}
