using AdvLib.Numerics;

namespace AdvNotebooks.Cli.Report;

/// <summary>A network that a notebook of the course leaves in the artifacts folder.</summary>
/// <param name="Key">Its name, that of its file.</param>
/// <param name="Name">What it is, for readers.</param>
/// <param name="Notebook">The notebook that makes it.</param>
internal sealed record RunNetwork(string Key, string Name, string Notebook)
{
    private const string Extension = ".safetensors";

    /// <summary>The network that FGSM breaks.</summary>
    public static RunNetwork Baseline { get; } = new("baseline", "baseline", "02-baseline-training");

    /// <summary>The network after the recipe's repair.</summary>
    public static RunNetwork Mixed { get; } = new("mixed", "defended (mixed batches)", "04-mixed-training");

    /// <summary>The recipe's two, whether they are there or not, and whatever else lies beside them.</summary>
    /// <param name="artifacts">The artifacts folder.</param>
    /// <returns>The networks; some may not be of this run.</returns>
    public static IReadOnlyList<RunNetwork> In(string artifacts)
    {
        IEnumerable<string> keys = Directory.GetFiles(artifacts, "*" + Extension)
            .Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal);
        return [Baseline, Mixed, .. keys.Where(key => key != Baseline.Key && key != Mixed.Key)
            .Select(key => new RunNetwork(key, $"defended ({key})", "08-stronger-defences"))];
    }

    /// <summary>Where the file is or will be.</summary>
    /// <param name="artifacts">The artifacts folder.</param>
    /// <returns>Its path.</returns>
    public string PathIn(string artifacts) => Path.Combine(artifacts, Key + Extension);

    /// <summary>Loads the network.</summary>
    /// <param name="artifacts">The artifacts folder.</param>
    /// <param name="images">Images of the shape and classes it was trained on.</param>
    /// <param name="team">Threads to compute on.</param>
    /// <returns>The network.</returns>
    /// <exception cref="MissingArtifactException">Its notebook has not run.</exception>
    /// <exception cref="WeightsFileException">The file is damaged.</exception>
    /// <exception cref="ShapeMismatchException">The file holds a network for other images.</exception>
    public Sequential Load(string artifacts, ImageSet images, ThreadTeam team)
    {
        string path = PathIn(artifacts);
        if (!File.Exists(path))
            throw new MissingArtifactException(
                $"artifacts/{Key}{Extension} is not there.", $"the file that {Notebook} writes.", $"Run {Notebook} first.");
        Sequential model = new Sequential(SimpleCnn.Describe(images.Shape, images.Classes), 0, team);
        model.Load(path);
        return model;
    }
}
