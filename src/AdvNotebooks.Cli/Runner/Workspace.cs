namespace AdvNotebooks.Cli.Runner;

/// <summary>Where the project's folders are.</summary>
internal static class Workspace
{
    /// <summary>The repository's root: the folder of <c>AdvNotebooks.sln</c>, above the current directory or above this program; null when there is none.</summary>
    public static string? Root { get; } = Above(Environment.CurrentDirectory) ?? Above(AppContext.BaseDirectory);

    /// <summary>Folder of everything that runs leave behind: <c>ADVLIB_ARTIFACTS</c>, or <c>artifacts</c> at the root.</summary>
    public static string Artifacts { get; } = Environment.GetEnvironmentVariable("ADVLIB_ARTIFACTS") is { Length: > 0 } folder
        ? Path.GetFullPath(folder)
        : Path.Combine(Root ?? Environment.CurrentDirectory, "artifacts");

    /// <summary>Folder of the course's notebooks.</summary>
    public static string Notebooks { get; } = Path.Combine(Root ?? Environment.CurrentDirectory, "notebooks");

    /// <summary>The folder that a notebook's own process hands over through, as <see cref="AdvLib.Artifacts"/> finds it there.</summary>
    /// <param name="notebooks">The notebook's folder.</param>
    /// <returns><c>ADVLIB_ARTIFACTS</c>, or <c>artifacts</c> at the root above the notebook, or beside it.</returns>
    public static string ArtifactsOf(string notebooks) => Environment.GetEnvironmentVariable("ADVLIB_ARTIFACTS") is { Length: > 0 }
        ? Artifacts
        : Path.Combine(Above(notebooks) ?? notebooks, "artifacts");

    private static string? Above(string folder)
    {
        for (DirectoryInfo? current = new(folder); current is not null; current = current.Parent)
        {
            if (File.Exists(Path.Combine(current.FullName, "AdvNotebooks.sln")))
                return current.FullName;
        }

        return null;
    }
}
