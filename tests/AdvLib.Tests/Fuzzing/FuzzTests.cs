using System.IO.Compression;

namespace AdvLib.Tests.Fuzzing;

/// <summary>The library's readers of files from outside, given damaged ones.</summary>
public sealed class FuzzTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public Task Idx() => FuzzRun.Run<DataFileException>(200, [.. Arrays.Select(array => Written(array, gzip: false))], path => IdxFile.Read(path));

    [Fact]
    public Task Gzip_damaged_outside() => FuzzRun.Run<DataFileException>(100, [.. Arrays.Select(array => Written(array, gzip: true))], path => IdxFile.Read(path));

    [Fact]
    public Task Gzip_damaged_inside() => FuzzRun.Run<DataFileException>(100, [.. Arrays.Select(array => Written(array, gzip: false))], path => IdxFile.Read(path), Gzip);

    [Fact]
    public Task Weights() => FuzzRun.Run<WeightsFileException>(
        200, [File.ReadAllBytes(GoldenFile.PathOf("python.safetensors")), File.ReadAllBytes(GoldenFile.PathOf("optimizer.safetensors")), Small()], path => SafeTensors.Load(path, out _));

    [Fact]
    public Task An_npy_file() => FuzzRun.Run<DataFileException>(100, [.. Npy()], path => NpyFile.Load(path));

    [Fact]
    public Task An_npz_archive() =>
        FuzzRun.Run<DataFileException>(100, [Convert.FromBase64String(NpyFileTests.Archive)], path => NpyFile.Load(path, "x"));

    [Fact]
    public Task Idx_labels() => FuzzRun.Run<DataFileException>(
        100, [[0, 0, 0x0C, 2, 0, 0, 0, 2, 0, 0, 0, 8, .. new byte[64]], [0, 0, 0x0B, 1, 0, 0, 0, 3, 0, 1, 0, 2, 0, 3]], path => IdxFile.ReadLabels(path));

    [Fact]
    public Task A_checkpoint() => FuzzRun.Run<WeightsFileException>(50, [Checkpoint()], path => Checkpoints.Load(path));

    [Fact]
    public Task The_run_card() => FuzzRun.Run<DataFileException>(150, [File.ReadAllBytes(Path.Combine(GoldenFile.PathOf("."), "..", "..", "docs", "results.json"))], path =>
    {
        RunCard card = RunCard.Open(path);
        _ = (card.ToHtml(), card.ToString(), card.Seed, card.Dataset, card.HasResults, card.Accuracy("clean_before"));
    });

    private static IEnumerable<IdxArray> Arrays => [.. TinyMnist.Arrays, new IdxArray([2, 3, 2, 3], [.. Enumerable.Range(0, 36).Select(i => (byte)i)])];

    private byte[] Written(IdxArray array, bool gzip)
    {
        IdxFile.Write(_temp["a"], array, gzip);
        return File.ReadAllBytes(_temp["a"]);
    }

    private static byte[] Gzip(byte[] content)
    {
        using var memory = new MemoryStream();
        using (var zip = new GZipStream(memory, CompressionLevel.Fastest))
            zip.Write(content);
        return memory.ToArray();
    }

    private IEnumerable<byte[]> Npy()
    {
        ImageSet images = TestNetworks.Set(2, new(2, 3, 1), 2);
        NpyFile.SaveImages(_temp["n"], images);
        yield return File.ReadAllBytes(_temp["n"]);
        NpyFile.SaveLabels(_temp["n"], images);
        yield return File.ReadAllBytes(_temp["n"]);
    }

    private byte[] Small()
    {
        SafeTensors.Save(_temp["s"], [new("a.kernel", [2, 3], [1, 2, 3, 4, 5, 6]), new("empty", [0], []), new("b", [], [-1e-30f])], new Dictionary<string, string> { ["note"] = "text \"é\"" });
        return File.ReadAllBytes(_temp["s"]);
    }

    private byte[] Checkpoint()
    {
        var checkpoints = new Checkpoints(_temp["run"]);
        new Trainer(Toy.Model(), new Adam()) { Checkpoints = checkpoints, Progress = new ProgressLog() }.Fit(Toy.Set(10), epochs: 1, batchSize: 5, cancellation: TestContext.Current.CancellationToken);
        return File.ReadAllBytes(checkpoints.Files()[^1]);
    }
}
