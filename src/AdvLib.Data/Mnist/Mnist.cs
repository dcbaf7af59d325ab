namespace AdvLib;

/// <summary>
/// MNIST (LeCun, Cortes and Burges, 1998): 60,000 training and 10,000 test images of handwritten digits, 28x28x1, 10 classes.
/// It is looked for in a named folder, in the folder that the environment variable <see cref="FolderVariable"/> names, and in
/// the user's cache folder, and else downloaded into the cache. Its checksums are verified whatever the source.
/// </summary>
public static class Mnist
{
    /// <summary>The environment variable that names MNIST's folder.</summary>
    public const string FolderVariable = "ADVLIB_MNIST_DIR";

    private const int Classes = 10;

    /// <summary>
    /// Loads MNIST. A folder that was named, here or by the variable, must hold the four files: nothing else is tried then.
    /// </summary>
    /// <param name="folder">A folder with the four IDX files, plain or gzipped; null to look in the usual places.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <returns>The data set.</returns>
    /// <exception cref="DataFileException">The named folder lacks a file, or a file is damaged or not MNIST's.</exception>
    /// <exception cref="DatasetUnavailableException">No folder was named, the cache lacks a file, and no mirror delivered it.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Dataset Load(string? folder = null, CancellationToken cancellationToken = default) =>
        Load(folder, MnistSources.Default(), cancellationToken);

    /// <summary>Says where MNIST is, or would be looked for first, and which of its files are there and right. Downloads nothing.</summary>
    /// <param name="folder">The folder to check; null for the one <see cref="Load(string?, CancellationToken)"/> would use.</param>
    /// <returns>The folder and its files.</returns>
    public static MnistStatus Check(string? folder = null) => Check(folder, MnistSources.Default());

    /// <summary>
    /// Which of MNIST's four files would have to be downloaded, or are not where they were named; their content is not read.
    /// </summary>
    /// <param name="folder">The folder; null for the one <see cref="Load(string?, CancellationToken)"/> would use.</param>
    /// <returns>Their names; none where all are there.</returns>
    /// <exception cref="DataFileException">The folder cannot be listed, or holds two files for one name.</exception>
    public static IReadOnlyList<string> Missing(string? folder = null) => IdxFolder.Missing(MnistSources.Default().Resolve(folder).Folder);

    /// <summary>Downloads what a folder lacks of MNIST, then checks it. A file that is there is never replaced.</summary>
    /// <param name="folder">
    /// The folder, made when it is not there; null for the one <see cref="Load(string?, CancellationToken)"/> would use.
    /// </param>
    /// <param name="cancellationToken">Stops the download.</param>
    /// <returns>The folder and its files.</returns>
    /// <exception cref="DatasetUnavailableException">A file is missing and no mirror delivered it.</exception>
    /// <exception cref="DataFileException">The folder cannot be listed, or holds two files for one name.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static MnistStatus Fetch(string? folder = null, CancellationToken cancellationToken = default) =>
        Fetch(folder, MnistSources.Default(), cancellationToken);

    internal static Dataset Load(string? folder, MnistSources sources, CancellationToken cancellationToken)
    {
        (string place, string source) = sources.Resolve(folder);
        if (source == MnistSources.CacheSource && Download(place, source, sources, cancellationToken))
            source = "download";

        IdxPart[] parts = IdxFolder.Read(place, prefix: "", string.IsNullOrEmpty(folder)
            ? $"Correct {FolderVariable}, or unset it to have MNIST found in the cache or downloaded."
            : "Name a folder that holds them, or none to have MNIST found or downloaded.");
        for (int i = 0; i < parts.Length; i++)
            Verify(parts[i], sources.Checksums[i]);
        ImageSet train = IdxPart.Join("MNIST train", Classes, parts[0], parts[1]);
        return new Dataset("MNIST", train, IdxPart.Join("MNIST test", Classes, parts[2], parts[3]), source);
    }

    internal static MnistStatus Check(string? folder, MnistSources sources)
    {
        (string place, string source) = sources.Resolve(folder);
        var files = IdxFolder.Names.Zip(sources.Checksums, (name, checksum) => Check(place, name, checksum));
        return new MnistStatus(Path.GetFullPath(place), source, [.. files]);
    }

    internal static MnistStatus Fetch(string? folder, MnistSources sources, CancellationToken cancellationToken)
    {
        (string place, string source) = sources.Resolve(folder);
        bool downloaded = Download(place, source, sources, cancellationToken);
        MnistStatus status = Check(folder, sources);
        return downloaded ? status with { Source = "download" } : status;
    }

    /// <summary>Throws unless a file's content is the one with this SHA-256.</summary>
    internal static void Verify(IdxPart part, string checksum)
    {
        string actual = part.Array.Sha256();
        if (actual != checksum)
        {
            throw new DataFileException(
                $"'{part.Path}' is not MNIST's file: its uncompressed SHA-256 is {actual}.", $"{checksum}.",
                "Delete the file and get it again; to load another data set on purpose, use Dataset.Load(folder).");
        }
    }

    // Whether anything was missing. The message names no path: it ends up in notebooks, which must not show a machine's folders.
    private static bool Download(string place, string source, MnistSources sources, CancellationToken cancellationToken)
    {
        string[] missing = IdxFolder.Missing(place);
        if (missing.Length == 0)
            return false;

        string tried = source == MnistSources.CacheSource
            ? $"no folder was named, {FolderVariable} is not set, the cache lacks"
            : "the named folder lacks";

        // On the thread pool, so that a caller's synchronisation context cannot deadlock with the wait.
        Task.Run(() => MnistDownload.FetchAsync(missing, place, tried, sources, cancellationToken), cancellationToken)
            .GetAwaiter().GetResult();
        return true;
    }

    private static MnistFileStatus Check(string folder, string name, string checksum)
    {
        string? path = null;
        try
        {
            path = IdxFolder.Find(folder, name);
            if (path is null)
                return new MnistFileStatus(name, null, "missing");
            Verify(IdxPart.Read(path, isLabels: false), checksum);
            return new MnistFileStatus(name, path, null);
        }
        catch (DataFileException e)
        {
            return new MnistFileStatus(name, path, e.Message);
        }
    }
}
