using System.Globalization;

namespace AdvLib;

/// <summary>A data set: images to train on and images to test on, of one shape and the same classes.</summary>
/// <param name="Name">Name for tables and run cards, for example <c>MNIST</c>.</param>
/// <param name="Train">Images to train on.</param>
/// <param name="Test">Images to test on.</param>
/// <param name="Source">Where it came from, in one word: <c>folder</c>, <c>cache</c>, <c>download</c> or <c>synthetic</c>.</param>
/// <param name="Notice">
/// What the reader must know about this data set (a fallback and why, fewer images than wanted, a class that never occurs), or null.
/// </param>
[TypeFormatterSource(typeof(VisualFormatters))]
public sealed record Dataset(string Name, ImageSet Train, ImageSet Test, string Source, string? Notice = null) : IVisual
{
    /// <summary>The name under which <see cref="Load(string, int, int, ulong)"/> gives synthetic digits on purpose.</summary>
    public const string Synthetic = "synthetic";

    private const int SyntheticTrainCount = 10_000;
    internal const int SyntheticTestCount = 2_000;

    /// <summary>
    /// Loads MNIST, synthetic digits, or any IDX data set: Fashion-MNIST, KMNIST, the reader's own. Where MNIST cannot be had
    /// (no folder, no cache, no network), synthetic digits take its place, and <see cref="Notice"/> says so.
    /// </summary>
    /// <param name="folder">
    /// Empty for MNIST; <c>synthetic</c> for synthetic digits; else a folder with the four IDX files, plain or gzipped, whose
    /// shape and classes (largest label + 1) the set takes. Their names may begin with the set's, as EMNIST's and QMNIST's do; where
    /// one folder holds several sets, it stands behind the folder: <c>gzip/emnist-letters</c>.
    /// </param>
    /// <param name="trainCount">
    /// Training images, at most: the first ones; 0 for all (10,000 synthetic ones). Where the files hold fewer, these are all that they
    /// hold, and <see cref="Notice"/> says so.
    /// </param>
    /// <param name="testCount">Test images, likewise; 0 for all (2,000 synthetic ones).</param>
    /// <param name="seed">Seed of the synthetic digits.</param>
    /// <returns>The data set.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative.</exception>
    /// <exception cref="DataFileException">
    /// A file is missing, damaged, does not fit the others, or is not MNIST's where it should be.
    /// </exception>
    public static Dataset Load(string folder = "", int trainCount = 0, int testCount = 0, ulong seed = 42) =>
        Load(folder, trainCount, testCount, seed, MnistSources.Default());

    /// <inheritdoc/>
    public string ToHtml()
    {
        var table = new TableView($"{Name} ({Source})", "part", "images", "shape", "classes");
        foreach ((string part, ImageSet images) in (ReadOnlySpan<(string, ImageSet)>)[("train", Train), ("test", Test)])
        {
            table = table.Row(
                part, images.Count.ToString("N0", CultureInfo.InvariantCulture), images.Shape.ToString(),
                images.Classes.ToString(CultureInfo.InvariantCulture));
        }

        return (Notice is null ? table : table.Note(Notice)).ToHtml();
    }

    /// <summary>Name, source, both sets and the notice, a line each.</summary>
    /// <returns>The lines.</returns>
    public override string ToString() =>
        $"{Name} ({Source})\n  {Train}\n  {Test}{(Notice is null ? "" : $"\n  NOTICE: {Notice}")}";

    internal static Dataset Load(string folder, int trainCount, int testCount, ulong seed, MnistSources sources)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentOutOfRangeException.ThrowIfNegative(trainCount);
        ArgumentOutOfRangeException.ThrowIfNegative(testCount);
        if (folder == Synthetic)
            return Draw(trainCount, testCount, seed, notice: null);
        if (folder.Length > 0)
            return IdxDataset.Remark(IdxDataset.Read(folder, sources).Take(trainCount, testCount));
        try
        {
            return Mnist.Load(null, sources, CancellationToken.None).Take(trainCount, testCount);
        }
        catch (DatasetUnavailableException e)
        {
            return Draw(trainCount, testCount, seed,
                $"These are SYNTHETIC DIGITS, and so is every figure measured on them: no MNIST ({e.Reason}). `advnb data` fetches it.");
        }
    }

    // Both sets at a time: the reader waits for them.
    private static Dataset Draw(int trainCount, int testCount, ulong seed, string? notice)
    {
        var test = Task.Run(() => SyntheticDigits.Create(testCount == 0 ? SyntheticTestCount : testCount, seed, RandomPurpose.TestDigits));
        ImageSet train = SyntheticDigits.Create(trainCount == 0 ? SyntheticTrainCount : trainCount, seed, RandomPurpose.TrainDigits);
        return new Dataset("synthetic digits", train, test.GetAwaiter().GetResult(), Synthetic, notice);
    }

    private Dataset Take(int trainCount, int testCount)
    {
        string?[] remarks = [Notice, Fewer(trainCount, Train, "training"), Fewer(testCount, Test, "test")];
        string notice = string.Join(' ', remarks.OfType<string>());
        return this with
        {
            Train = trainCount == 0 ? Train : Train.Take(Math.Min(trainCount, Train.Count)),
            Test = testCount == 0 ? Test : Test.Take(Math.Min(testCount, Test.Count)),
            Notice = notice.Length > 0 ? notice : null,
        };
    }

    private static string? Fewer(int wanted, ImageSet images, string kind) => wanted <= images.Count ? null
        : string.Create(
            CultureInfo.InvariantCulture, $"Of {wanted:N0} {kind} images that were asked for there are {images.Count:N0}: all are used.");
}
