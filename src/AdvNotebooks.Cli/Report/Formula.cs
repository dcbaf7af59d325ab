using System.Text.RegularExpressions;

namespace AdvNotebooks.Cli.Report;

/// <summary>The little TeX that notebooks use, as HTML without a script: words, Greek letters, operators, sub- and superscripts.</summary>
internal static partial class Formula
{
    private static readonly Dictionary<string, string> Symbols = (((string Command, string Text)[])
    [
        ("alpha", "\u03B1"), ("beta", "\u03B2"), ("delta", "\u03B4"), ("epsilon", "\u03B5"), ("theta", "\u03B8"), ("lambda", "\u03BB"),
        ("sigma", "\u03C3"), ("nabla", "\u2207"), ("partial", "\u2202"),
        ("cdot", "\u00B7"), ("times", "\u00D7"), ("pm", "\u00B1"), ("le", "\u2264"), ("leq", "\u2264"), ("ge", "\u2265"), ("geq", "\u2265"),
        ("infty", "\u221E"), ("sum", "\u2211"),
        ("in", "\u2208"), ("max", "max"), ("min", "min"), ("log", "log"), ("exp", "exp"), (",", " "), (";", " "), (" ", " "), ("quad", " "),
    ]).ToDictionary();

    /// <summary>Writes a formula.</summary>
    /// <param name="tex">TeX, without the dollar signs.</param>
    /// <returns>HTML; the TeX itself as code where it holds a command that is not known.</returns>
    public static string ToHtml(string tex)
    {
        tex = tex.Trim();
        bool known = true;
        string html = Words().Replace(Show.Escape(tex), "$1");
        html = Scripts().Replace(html, match => Scripted(match, match.Groups[2].Success ? match.Groups[2].Value : match.Groups[3].Value));
        html = Command().Replace(html, match =>
        {
            known &= Symbols.ContainsKey(match.Groups[1].Value);
            return Symbols.GetValueOrDefault(match.Groups[1].Value, "");
        });
        return known && !html.Contains('{', StringComparison.Ordinal) ? html : $"<code>{Show.Escape(tex)}</code>";
    }

    private static string Scripted(Match match, string content)
    {
        string tag = match.Groups[1].Value == "_" ? "sub" : "sup";
        return $"<{tag}>{content}</{tag}>";
    }

    [GeneratedRegex(@"\\(?:text|mathrm|operatorname|mathbf)\{([^{}\\]*)\}")]
    private static partial Regex Words();

    [GeneratedRegex(@"([_^])(?:\{([^{}]*)\}|([A-Za-z0-9]))")]
    private static partial Regex Scripts();

    [GeneratedRegex(@"\\([A-Za-z]+|.)")]
    private static partial Regex Command();
}
