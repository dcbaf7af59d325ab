using System.Text.RegularExpressions;

namespace AdvLib;

/// <summary>Finds and reads the four IDX files of a data set, under the names that such sets go by.</summary>
internal static class IdxFolder
{
    /// <summary>MNIST's own names, the ones to use in messages and for new files.</summary>
    public static readonly string[] Names =
        ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

    /// <summary>
    /// The file that goes by <paramref name="name"/> in a folder, or null: plain or .gz, "test" for "t10k", idx3 or idx4 for
    /// images, any sign between the parts (<c>train-images.idx3-ubyte</c>).
    /// </summary>
    /// <exception cref="DataFileException">Two different files go by the name, or the folder cannot be listed.</exception>
    public static string? Find(string folder, string name)
    {
        if (!Directory.Exists(folder))
            return null;
        string stem = name[..name.IndexOf("-idx", StringComparison.Ordinal)];
        string rank = stem.EndsWith("images", StringComparison.Ordinal) ? "[34]" : "1";
        var pattern = new Regex($@"^{stem.Replace("t10k", "(t10k|test)", StringComparison.Ordinal)}.*idx{rank}.*ubyte(\.gz)?$", RegexOptions.CultureInvariant);
        try
        {
            string[] found = [.. Directory.EnumerateFiles(folder).Where(f => pattern.IsMatch(Path.GetFileName(f))).Order(StringComparer.Ordinal)];
            string[] different = [.. found.Select(f => Path.GetFileName(f)).Select(f => f.EndsWith(".gz", StringComparison.Ordinal) ? f[..^3] : f).Distinct()];
            if (different.Length > 1)
            {
                throw new DataFileException(
                    $"'{folder}' has several files for {stem}: {string.Join(", ", different)}.", "one.", "Put each data set into a folder of its own.");
            }

            return found.FirstOrDefault();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException($"'{folder}' cannot be listed: {e.Message}", "a readable folder.", "Check the path and its permissions.", e);
        }
    }

    /// <summary>The names of <see cref="Names"/> that a folder lacks.</summary>
    public static string[] Missing(string folder) => [.. Names.Where(name => Find(folder, name) is null)];

    /// <summary>Reads all four files, in the order of <see cref="Names"/>.</summary>
    /// <exception cref="DataFileException">A file is missing or cannot be read.</exception>
    public static IdxPart[] Read(string folder)
    {
        string[] missing = Missing(folder);
        if (missing.Length > 0)
        {
            throw new DataFileException(
                Directory.Exists(folder) ? $"The folder '{folder}' lacks {string.Join(", ", missing)}." : $"There is no folder '{folder}'.",
                $"a folder with {string.Join(", ", Names)}, each plain or with .gz.",
                "Name a folder that holds them, or leave the name empty to have MNIST found or downloaded.");
        }

        return [.. Names.Select(name => Find(folder, name)!).Select(path => new IdxPart(path, IdxFile.Read(path)))];
    }
}
