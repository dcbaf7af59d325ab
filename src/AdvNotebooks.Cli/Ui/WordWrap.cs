namespace AdvNotebooks.Cli.Ui;

/// <summary>Breaks lines that are too long for a terminal between words, where the terminal would break them anywhere.</summary>
internal static class WordWrap
{
    /// <summary>Breaks a text's lines.</summary>
    /// <param name="text">The text.</param>
    /// <param name="width">Characters that fit in a line, at least 1.</param>
    /// <returns>The text, with line ends in place of some spaces; words longer than a line, and columns of spaces, stay.</returns>
    public static string Lines(string text, int width) =>
        string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').SelectMany(line => Break(line, width)));

    private static IEnumerable<string> Break(string line, int width)
    {
        while (line.Length > width)
        {
            int at = line.LastIndexOf(' ', width);
            if (at <= 0 || line[..at].Contains("  ", StringComparison.Ordinal))
                break;
            yield return line[..at];
            line = line[(at + 1)..];
        }

        yield return line;
    }
}
