namespace AdvLib;

/// <summary>The folder through which notebooks hand over to each other: <c>artifacts</c> at the repository's root.</summary>
public static class Artifacts
{
    /// <summary>The environment variable that names another folder.</summary>
    public const string FolderVariable = "ADVLIB_ARTIFACTS";

    /// <summary>The environment variable by which <c>advnb run --resume</c> tells a notebook to go on where it stopped.</summary>
    public const string ResumeVariable = "ADVLIB_RESUME";

    private const string RootMark = "AdvNotebooks.sln";

    /// <summary>
    /// The folder: <see cref="FolderVariable"/>, else <c>artifacts</c> at the repository's root, else in the current folder.
    /// </summary>
    public static string Folder => FolderOf(Environment.CurrentDirectory);

    /// <summary>The folder that a notebook's own process hands over through, which runs where the notebook is.</summary>
    /// <param name="notebooks">The notebook's folder.</param>
    /// <returns><see cref="FolderVariable"/>, else <c>artifacts</c> at the root above the notebook, else beside it.</returns>
    public static string FolderOf(string notebooks) => Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } named
        ? Path.GetFullPath(named)
        : Path.Combine(Above(notebooks) ?? notebooks, "artifacts");

    /// <summary>Whether to go on where an interrupted run stopped: <see cref="ResumeVariable"/> is 1.</summary>
    public static bool Resume => Environment.GetEnvironmentVariable(ResumeVariable) == "1";

    /// <summary>Where a file of the folder is or will be.</summary>
    /// <param name="name">The file's name.</param>
    /// <returns>Its path.</returns>
    public static string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Where a file of the folder is, which must exist.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="notebook">The notebook that makes it.</param>
    /// <returns>Its path.</returns>
    /// <exception cref="MissingArtifactException">The file does not exist.</exception>
    public static string Require(string name, string notebook)
    {
        string path = PathOf(name);
        if (!File.Exists(path))
        {
            throw new MissingArtifactException(
                $"artifacts/{name} is not there.", $"the file that {notebook} writes.", $"Run {notebook} first.");
        }

        return path;
    }

    /// <summary>
    /// The repository: the nearest folder that holds the solution, upwards from the current folder, else from the running program's.
    /// </summary>
    /// <returns>Its path; null outside of one.</returns>
    public static string? RepositoryRoot() => Above(Environment.CurrentDirectory) ?? Above(AppContext.BaseDirectory);

    private static string? Above(string start)
    {
        for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, RootMark)))
                return folder.FullName;
        }

        return null;
    }
}
