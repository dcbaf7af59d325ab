namespace AdvLib;

/// <summary>The places where MNIST is looked for, and what it must be. Tests put their own here.</summary>
internal sealed record MnistSources
{
    /// <summary>The word for a data set found in the cache.</summary>
    public const string CacheSource = "cache";

    /// <summary>SHA-256 of the uncompressed files, in the order of <see cref="IdxFolder.Names"/>.</summary>
    public IReadOnlyList<string> Checksums { get; init; } =
    [
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ];

    /// <summary>The PyTorch project's mirror and Google's; each holds <c>NAME.gz</c>.</summary>
    public IReadOnlyList<Uri> Mirrors { get; init; } =
    [
        new("https://ossci-datasets.s3.amazonaws.com/mnist/"),
        new("https://storage.googleapis.com/cvdf-datasets/mnist/"),
    ];

    /// <summary>Value of <see cref="Mnist.FolderVariable"/>; null or empty when it is not set.</summary>
    public required string? Variable { get; init; }

    /// <summary>The user's cache folder, where downloads go.</summary>
    public required string Cache { get; init; }

    /// <summary>
    /// Time until a mirror's answer begins, connecting included. Short: where the network swallows what is sent, this long for each
    /// mirror passes before synthetic digits take MNIST's place.
    /// </summary>
    public TimeSpan AnswerLimit { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Time that may pass within an answer without a byte.</summary>
    public TimeSpan StallLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time for one file from one mirror, in all its attempts.</summary>
    public TimeSpan FileLimit { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Time for everything, waiting for another process that downloads included.</summary>
    public TimeSpan TotalLimit { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Attempts at a file from one mirror while its failures may pass: 5xx, a cut or stalled connection.</summary>
    public int Attempts { get; init; } = 4;

    /// <summary>Pause before the second attempt; it doubles with each further one.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>
    /// Most bytes of a file. The largest has 47 MB uncompressed and 10 MB as the mirrors hold it; whatever sends more is no mirror.
    /// </summary>
    public long LargestFile { get; init; } = 64 << 20;

    /// <summary>Makes the handler that downloads go through; null for the network.</summary>
    public Func<HttpMessageHandler>? Handler { get; init; }

    /// <summary>The places of this user.</summary>
    public static MnistSources Default() => new()
    {
        Variable = Environment.GetEnvironmentVariable(Mnist.FolderVariable),
        Cache = CacheFolder(
            Environment.GetEnvironmentVariable("XDG_CACHE_HOME"),
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)),
    };

    /// <summary>
    /// The XDG cache folder when it is set, else the platform's folder for local data, else the temporary folder (no home).
    /// </summary>
    public static string CacheFolder(string? xdg, string local) =>
        Path.Combine(Path.IsPathRooted(xdg) ? xdg : local.Length > 0 ? local : Path.GetTempPath(), "advlib", "mnist");

    /// <summary>The one folder to look in, and its word: a named folder wins over the variable, the variable over the cache.</summary>
    public (string Folder, string Source) Resolve(string? folder)
    {
        if (!string.IsNullOrEmpty(folder))
            return (folder, "folder");
        return string.IsNullOrEmpty(Variable) ? (Cache, CacheSource) : (Variable, "folder");
    }
}
