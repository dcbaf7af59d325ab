using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace AdvNotebooks.Cli.Web;

/// <summary>The pages, style sheets and scripts that this program carries.</summary>
internal static partial class WebPage
{
    /// <summary>A file of the folder <c>Web</c>.</summary>
    /// <param name="name">The file's name.</param>
    /// <returns>Its text, with line feeds.</returns>
    public static string Read(string name)
    {
        using var reader = new StreamReader(
            typeof(WebPage).Assembly.GetManifestResourceStream(name) ?? throw new ArgumentException($"There is no {name}.", nameof(name)));
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    /// <summary>Fills a page's places: <c>{{name}}</c> is replaced by the value of that name, else by the file of that name.</summary>
    /// <param name="page">The page's file.</param>
    /// <param name="values">HTML by name. What stands in it is not filled again.</param>
    /// <returns>The page.</returns>
    public static string Fill(string page, IReadOnlyDictionary<string, string> values)
        => Place().Replace(Read(page), match => values.GetValueOrDefault(match.Groups[1].Value) ?? Read(match.Groups[1].Value));

    /// <summary>A script as a Content-Security-Policy names it, so that this script runs and no other.</summary>
    /// <param name="script">The script's text.</param>
    /// <returns>For example <c>'sha256-...'</c>.</returns>
    public static string Hash(string script) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'";

    [GeneratedRegex(@"\{\{([a-z.]+)\}\}")]
    private static partial Regex Place();
}
