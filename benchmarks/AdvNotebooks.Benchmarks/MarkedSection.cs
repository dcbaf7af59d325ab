using System.Text;

namespace AdvNotebooks.Benchmarks;

/// <summary>The part of a Markdown file between <c>&lt;!-- bench:NAME --&gt;</c> and <c>&lt;!-- /bench:NAME --&gt;</c>, which a benchmark fills.</summary>
public static class MarkedSection
{
    /// <summary>Writes tables there, each under its title.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">The section.</param>
    /// <param name="tables">The tables.</param>
    /// <exception cref="BenchmarkException">The file cannot be read or written, or has no such section.</exception>
    public static void Write(string path, string name, IEnumerable<TableView> tables)
    {
        try
        {
            string text = File.ReadAllText(path);
            (int from, int to) = Find(path, text, name);
            string content = string.Join('\n', tables.Select(table => $"{table.Title}\n\n{table.ToMarkdown()}"));
            File.WriteAllText(path, $"{text[..from]}\n\n{content}\n{text[to..]}", new UTF8Encoding(false));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new BenchmarkException($"'{path}' cannot be filled: {failure.Message}", "a Markdown file that may be written.", "Check the path.", failure);
        }
    }

    /// <summary>Throws unless a file has a section: before minutes of measuring, not after.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">The section.</param>
    /// <exception cref="BenchmarkException">The file cannot be read, or has no such section.</exception>
    public static void Require(string path, string name)
    {
        try
        {
            Find(path, File.ReadAllText(path), name);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new BenchmarkException($"'{path}' cannot be read: {failure.Message}", "a Markdown file.", "Check the path.", failure);
        }
    }

    private static (int From, int To) Find(string path, string text, string name)
    {
        string begin = $"<!-- bench:{name} -->";
        string end = $"<!-- /bench:{name} -->";
        int from = text.IndexOf(begin, StringComparison.Ordinal);
        int to = text.IndexOf(end, StringComparison.Ordinal);
        return from >= 0 && to >= from + begin.Length
            ? (from + begin.Length, to)
            : throw new BenchmarkException($"'{path}' has no section for these figures.", $"a line {begin} and behind it a line {end}.", "Add both lines where the tables should stand.");
    }
}
