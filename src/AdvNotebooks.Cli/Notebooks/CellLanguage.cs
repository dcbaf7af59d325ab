namespace AdvNotebooks.Cli.Notebooks;

/// <summary>What cells are written in, under the names of .NET Interactive's kernels: <c>#!csharp</c> and so on.</summary>
internal static class CellLanguage
{
    /// <summary>Prose.</summary>
    public const string Markdown = "markdown";

    /// <summary>Markup to show.</summary>
    public const string Html = "html";

    /// <summary>What is executed here.</summary>
    public const string CSharp = "csharp";

    private static readonly Dictionary<string, string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["csharp"] = CSharp,
        ["c#"] = CSharp,
        ["cs"] = CSharp,
        ["markdown"] = Markdown,
        ["md"] = Markdown,
        ["html"] = Html,
        ["fsharp"] = "F#",
        ["f#"] = "F#",
        ["fs"] = "F#",
        ["pwsh"] = "PowerShell",
        ["powershell"] = "PowerShell",
        ["javascript"] = "JavaScript",
        ["js"] = "JavaScript",
        ["mermaid"] = "Mermaid",
        ["sql"] = "SQL",
        ["kql"] = "KQL",
        ["http"] = "HTTP",
        ["value"] = "plain values",
        ["python"] = "Python",
        ["python3"] = "Python",
        ["r"] = "R",
        ["raw"] = "plain text",
        ["vbnet"] = "Visual Basic",
    };

    /// <summary>Whether a name stands for C#.</summary>
    /// <param name="name">The name; null for none.</param>
    /// <returns>True for <c>C#</c>, <c>csharp</c> and <c>cs</c>.</returns>
    public static bool IsCSharp(string? name) => name is not null && Names.GetValueOrDefault(name) == CSharp;

    /// <summary>What a name stands for.</summary>
    /// <param name="name">The name of a kernel.</param>
    /// <returns><see cref="CSharp"/>, <see cref="Markdown"/>, <see cref="Html"/>, another language's name
    /// for readers; null for a name that is none.</returns>
    public static string? Of(string name) => Names.GetValueOrDefault(name);
}
