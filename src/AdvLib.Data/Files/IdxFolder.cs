using System.Text.RegularExpressions;

namespace AdvLib;

/// <summary>Finds and reads the four IDX files of a data set, under the names that such sets go by.</summary>
internal static class IdxFolder
{
    /// <summary>MNIST's own names, the ones to use in messages and for new files.</summary>
    public static readonly string[] Names =
        ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

    /// <summary>
    /// The folder that a name means, and what the files' names begin with. The name may be a folder's, or a folder's with the
    /// beginning of the files' names behind it (<c>gzip/emnist-letters</c>), as one folder may hold several sets.
    /// </summary>
    /// <exception cref="DataFileException">The folder holds several sets, and none is named; or it cannot be listed.</exception>
    public static (string Folder, string Prefix) Resolve(string name)
    {
        string path = Path.TrimEndingDirectorySeparator(name);
        string parent = Path.GetDirectoryName(path) is { Length: > 0 } above ? above : ".";
        if (!Directory.Exists(path) && Directory.Exists(parent) && Prefixes(parent).Contains(Path.GetFileName(path)))
            return (parent, Path.GetFileName(path));
        string[] found = Prefixes(path);
        if (found.Length > 1 && !found.Contains(""))
        {
            throw new DataFileException(
                $"'{name}' holds several data sets: {string.Join(", ", found)}.", "one, or the name of one.",
                $"Name one behind the folder: {Path.Combine(name, found[0])}.");
        }

        return (path, found.Length == 1 ? found[0] : "");
    }

    /// <summary>
    /// The file that goes by <paramref name="name"/> in a folder, or null: plain or .gz, "test" for "t10k", idx3 or idx4 for
    /// images, bytes or integers for labels, any sign between the parts (<c>train-images.idx3-ubyte</c>).
    /// </summary>
    /// <exception cref="DataFileException">Two different files go by the name, or the folder cannot be listed.</exception>
    public static string? Find(string folder, string name, string prefix = "")
    {
        string stem = name[..name.IndexOf("-idx", StringComparison.Ordinal)];
        string[] found = [.. List(folder, stem).Where(file => file.Prefix == prefix).Select(file => file.Path)];
        string[] different = [.. found.Select(WithoutGz).Distinct()];
        return different.Length <= 1 ? found.FirstOrDefault() : throw new DataFileException(
            $"'{folder}' has several files for {stem}: {string.Join(", ", different)}.", "one.",
            "Put each data set into a folder of its own.");
    }

    /// <summary>The names of <see cref="Names"/> that a folder lacks.</summary>
    public static string[] Missing(string folder, string prefix = "") => [.. Names.Where(name => Find(folder, name, prefix) is null)];

    /// <summary>Reads all four files, in the order of <see cref="Names"/>.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="prefix">What the files' names begin with.</param>
    /// <param name="remedy">What to do where the folder, or a file of it, is missing.</param>
    /// <exception cref="DataFileException">A file is missing or cannot be read.</exception>
    public static IdxPart[] Read(string folder, string prefix, string remedy)
    {
        string[] missing = Missing(folder, prefix);
        if (missing.Length > 0)
        {
            string place = Path.IsPathRooted(folder) ? "" : $", looked for at '{Path.GetFullPath(folder)}'";
            throw new DataFileException(
                Directory.Exists(folder) ? $"The folder '{folder}' lacks {string.Join(", ", missing)}."
                    : File.Exists(folder) ? $"'{folder}' is a file." : $"There is no folder '{folder}'{place}.",
                $"a folder with {string.Join(", ", Names)}, each plain or with .gz.", remedy);
        }

        return [.. Names.Select((name, i) => IdxPart.Read(Find(folder, name, prefix)!, isLabels: i % 2 == 1))];
    }

    // What the names of a folder's files begin with: "" where they are MNIST's own.
    private static string[] Prefixes(string folder) =>
        [.. List(folder, "(train|t10k)-(images|labels)").Select(file => file.Prefix).Distinct().Order(StringComparer.Ordinal)];

    private static List<(string Path, string Prefix)> List(string folder, string stem)
    {
        if (!Directory.Exists(folder))
            return [];
        string type = stem.EndsWith("images", StringComparison.Ordinal) ? "idx[34].*ubyte" : "idx[1-4].*(ubyte|int)";
        var pattern = new Regex($@"^((?<set>.*?)[-_.])?{stem.Replace("t10k", "(t10k|test)", StringComparison.Ordinal)}.*{type}(\.gz)?$");
        try
        {
            return
            [
                .. from path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)
                   let match = pattern.Match(Path.GetFileName(path))
                   where match.Success
                   select (path, match.Groups["set"].Value),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(
                $"'{folder}' cannot be listed: {e.Message}", "a readable folder.", "Check the path and its permissions.", e);
        }
    }

    private static string WithoutGz(string path)
    {
        string name = Path.GetFileName(path);
        return name.EndsWith(".gz", StringComparison.Ordinal) ? name[..^3] : name;
    }
}
