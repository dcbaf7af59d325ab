using AdvNotebooks.Cli.Notebooks;

namespace AdvNotebooks.Cli.Runner;

/// <summary>The course's parameter that names a data set: a folder as the shell knows it, though notebooks run in their own.</summary>
internal static class DatasetFolder
{
    /// <summary>The parameter's name.</summary>
    public const string Parameter = "dataset";

    /// <summary>Finds the folder.</summary>
    /// <param name="value">What was typed.</param>
    /// <param name="notebooks">The notebook's folder.</param>
    /// <returns>Its full path; what is no folder (nothing for MNIST, <c>synthetic</c>) as it is.</returns>
    /// <exception cref="NotebookException">There is no such folder.</exception>
    public static string Resolve(string value, string notebooks)
    {
        if (value is "" or Dataset.Synthetic)
            return value;
        string[] places = [.. ((string[])[Path.GetFullPath(value), Path.GetFullPath(value, notebooks)]).Distinct()];
        return Array.Find(places, Directory.Exists) ?? throw new NotebookException(
            $"There is no data set \"{value}\". Looked for the folder {string.Join(" and ", places)}.",
            $"a folder of IDX files, \"{Dataset.Synthetic}\" for drawn digits, or nothing for MNIST.",
            "Correct the path.");
    }
}
