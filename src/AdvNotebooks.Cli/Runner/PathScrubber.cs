using System.Text.RegularExpressions;

namespace AdvNotebooks.Cli.Runner;

/// <summary>Keeps this machine's folders out of executed notebooks: paths become relative to the repository, or to <c>~</c>.</summary>
/// <param name="root">The repository's root; null outside of one.</param>
/// <param name="home">The user's home folder.</param>
internal sealed class PathScrubber(string? root, string home)
{
    private readonly Regex? _root = Pattern(root);
    private readonly Regex? _home = Pattern(home);

    /// <summary>The scrubber for this machine.</summary>
    public static PathScrubber Machine { get; } = new(
        Artifacts.RepositoryRoot(), Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));

    /// <summary>Replaces the folders in a text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The text without them.</returns>
    public string Scrub(string text)
    {
        text = _root?.Replace(text, match => match.Groups[1].Length > 0 ? "" : ".") ?? text;
        return _home?.Replace(text, match => "~" + match.Groups[1].Value) ?? text;
    }

    // The folder where it begins a path and ends a name: not as a part of other folders' names.
    private static Regex? Pattern(string? folder)
        => folder?.TrimEnd('/', '\\') is { Length: > 1 } path
            ? new Regex($@"(?<![\w.~/\\-]){Regex.Escape(path)}(?:([/\\])|(?![\w.-]))", RegexOptions.CultureInvariant)
            : null;
}
