using System.Net;

namespace AdvLib.Tests;

public sealed class MnistTests : IDisposable
{
    private const string First = "https://first.test/mnist/";
    private const string Second = "https://second.test/";
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    private static Dataset Load(string? folder, MnistSources sources) => Mnist.Load(folder, sources, TestContext.Current.CancellationToken);

    private static void AssertTiny(Dataset data, string source)
    {
        Assert.Equal("MNIST", data.Name);
        Assert.Equal(source, data.Source);
        Assert.Null(data.Notice);
        Assert.Equal("MNIST train: 12 images 4x3x1, 10 classes", data.Train.ToString());
        Assert.Equal("MNIST test: 6 images 4x3x1, 10 classes", data.Test.ToString());
        Assert.Equal(TinyMnist.Arrays[1].Data, data.Train.Labels.ToArray());
        Assert.Equal(TinyMnist.Arrays[3].Data, data.Test.Labels.ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_named_folder_wins_over_variable_and_cache(bool gzip)
    {
        // The other two places would fail: their files are missing or wrong.
        MnistSources sources = TinyMnist.Sources(_temp, variable: _temp["nowhere"]);
        Directory.CreateDirectory(sources.Cache);
        File.WriteAllText(Path.Combine(sources.Cache, IdxFolder.Names[0]), "wrong");
        AssertTiny(Load(TinyMnist.Write(_temp["mine"], gzip), sources), "folder");
    }

    [Fact]
    public void The_variable_wins_over_the_cache()
    {
        MnistSources sources = TinyMnist.Sources(_temp, variable: TinyMnist.Write(_temp["variable"]));
        Directory.CreateDirectory(sources.Cache);
        File.WriteAllText(Path.Combine(sources.Cache, IdxFolder.Names[0]), "wrong");
        AssertTiny(Load(null, sources), "folder");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void The_cache_wins_over_the_download(string? variable)
    {
        var mirrors = new FakeMirrors();
        MnistSources sources = TinyMnist.Sources(_temp, mirrors, variable);
        TinyMnist.Write(sources.Cache, gzip: true);
        AssertTiny(Load(null, sources), "cache");
        Assert.Empty(mirrors.Asked);
    }

    [Fact]
    public void What_is_downloaded_is_in_the_cache_the_next_time()
    {
        FakeMirrors mirrors = new FakeMirrors().Serve(First);
        AssertTiny(Load(null, TinyMnist.Sources(_temp, mirrors)), "download");
        Assert.Equal(IdxFolder.Names.Select(n => $"{First}{n}.gz"), mirrors.Asked);
        Assert.Equal(IdxFolder.Names.Select(n => n + ".gz").Order(StringComparer.Ordinal), _temp.Files());

        AssertTiny(Load(null, TinyMnist.Sources(_temp)), "cache");
    }

    [Fact]
    public void Only_missing_files_are_downloaded()
    {
        FakeMirrors mirrors = new FakeMirrors().Serve(First);
        MnistSources sources = TinyMnist.Sources(_temp, mirrors);
        TinyMnist.Write(sources.Cache, files: [0, 1, 3]);
        AssertTiny(Load(null, sources), "download");
        Assert.Equal([$"{First}{IdxFolder.Names[2]}.gz"], mirrors.Asked);
    }

    [Fact]
    public void A_dead_mirror_is_asked_once()
    {
        FakeMirrors mirrors = new FakeMirrors().Serve(Second);
        AssertTiny(Load(null, TinyMnist.Sources(_temp, mirrors)), "download");
        Assert.Equal(5, mirrors.Asked.Count);
        Assert.Single(mirrors.Asked, a => a.StartsWith(First, StringComparison.Ordinal));
    }

    [Fact]
    public void A_mirror_with_other_content_is_passed_over()
    {
        FakeMirrors mirrors = new FakeMirrors().Serve(First).Serve(Second)
            .Answer($"{First}{IdxFolder.Names[0]}.gz", "<html>Please log in</html>"u8.ToArray())
            .Answer($"{First}{IdxFolder.Names[1]}.gz", [0, 0, 8, 1, 0, 0, 0, 1, 5]);
        AssertTiny(Load(null, TinyMnist.Sources(_temp, mirrors)), "download");
        Assert.Equal(4, _temp.Files().Length);
    }

    [Fact]
    public void No_network_and_no_files_says_what_was_tried_and_what_to_do()
    {
        FakeMirrors mirrors = new FakeMirrors()
            .Answer($"{First}{IdxFolder.Names[0]}.gz", "<html>Please log in</html>"u8.ToArray())
            .Answer($"{Second}{IdxFolder.Names[0]}.gz", _ => Task.FromResult(new HttpResponseMessage(HttpStatusCode.NotFound)));
        var e = Assert.Throws<DatasetUnavailableException>(() => Load(null, TinyMnist.Sources(_temp, mirrors)));
        foreach (string part in new[]
        {
            "no folder was named", "ADVLIB_MNIST_DIR is not set", "the cache lacks train-images-idx3-ubyte",
            $"{First}: answered with something that is not MNIST's file", $"{Second}: answered 404",
            "Connect once and run `advnb data`",
        })
        {
            Assert.Contains(part, e.Message, StringComparison.Ordinal);
        }

        string[] lines = e.Message.Split('\n');
        Assert.Equal(5, lines.Length);
        Assert.All(lines, line => Assert.InRange(line.Length, 1, 120));
        Assert.Contains("404", e.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(_temp.Root, e.Message, StringComparison.Ordinal);
        Assert.Empty(_temp.Files());
    }

    [Fact]
    public void A_mirror_that_never_answers_costs_its_time_limit_only()
    {
        FakeMirrors mirrors = new();
        foreach (string mirror in new[] { First, Second })
        {
            mirrors.Answer($"{mirror}{IdxFolder.Names[0]}.gz", async token =>
            {
                await Task.Delay(Timeout.Infinite, token);
                return new HttpResponseMessage();
            });
        }

        var e = Assert.Throws<DatasetUnavailableException>(() => Load(null, TinyMnist.Sources(_temp, mirrors) with { FileLimit = TimeSpan.FromSeconds(0.1) }));
        Assert.Equal(2, mirrors.Asked.Count);
        Assert.Contains($"{Second}: took longer than 0.1 s", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_download_that_breaks_off_leaves_nothing()
    {
        FakeMirrors mirrors = new();
        foreach (string mirror in new[] { First, Second })
            mirrors.Answer($"{mirror}{IdxFolder.Names[0]}.gz", _ => Task.FromResult(new HttpResponseMessage { Content = new StreamContent(new BreakingStream()) }));
        var e = Assert.Throws<DatasetUnavailableException>(() => Load(null, TinyMnist.Sources(_temp, mirrors)));
        Assert.Contains("the line broke", e.Message, StringComparison.Ordinal);
        Assert.Empty(_temp.Files());
    }

    [Fact]
    public void A_cache_that_cannot_be_written_is_a_reason()
    {
        File.WriteAllText(_temp["cache"], "a file where the folder should be");
        var e = Assert.Throws<DatasetUnavailableException>(() => Load(null, TinyMnist.Sources(_temp, new FakeMirrors().Serve(First))));
        Assert.Contains("MNIST could not be had", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_stops_a_download_and_leaves_nothing()
    {
        using var cancel = new CancellationTokenSource();
        FakeMirrors mirrors = new FakeMirrors().Answer($"{First}{IdxFolder.Names[0]}.gz", async token =>
        {
            await cancel.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
            return new HttpResponseMessage();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Run(() => Mnist.Load(null, TinyMnist.Sources(_temp, mirrors), cancel.Token)));
        Assert.Single(mirrors.Asked);
        Assert.Empty(_temp.Files());
    }

    [Fact]
    public void A_real_connection_that_is_refused_fails()
    {
        // Port 1 of this machine: nobody listens, and nothing leaves the machine.
        MnistSources sources = TinyMnist.Sources(_temp) with { Handler = () => new SocketsHttpHandler { UseProxy = false }, Mirrors = [new("http://127.0.0.1:1/")] };
        var e = Assert.Throws<DatasetUnavailableException>(() => Load(null, sources));
        Assert.Contains("http://127.0.0.1:1/: Connection refused\n", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_named_folder_that_lacks_a_file_is_an_error_whatever_else_there_is(bool byVariable)
    {
        FakeMirrors mirrors = new FakeMirrors().Serve(First);
        string named = TinyMnist.Write(_temp["named"], files: [0, 1, 2]);
        MnistSources sources = TinyMnist.Sources(_temp, mirrors, byVariable ? named : null);
        TinyMnist.Write(sources.Cache);
        var e = Assert.Throws<DataFileException>(() => Load(byVariable ? null : named, sources));
        Assert.Contains($"'{named}' lacks t10k-labels-idx1-ubyte.", e.Message, StringComparison.Ordinal);
        Assert.EndsWith(byVariable ? "Correct ADVLIB_MNIST_DIR, or unset it to have MNIST found in the cache or downloaded."
            : "Name a folder that holds them, or none to have MNIST found or downloaded.", e.Message, StringComparison.Ordinal);
        Assert.Empty(mirrors.Asked);

        e = Assert.Throws<DataFileException>(() => Load(_temp["none"], sources));
        Assert.Contains($"There is no folder '{_temp["none"]}'", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("folder")]
    [InlineData("cache")]
    public void A_checksum_that_differs_names_file_hashes_and_remedy(string place)
    {
        MnistSources sources = TinyMnist.Sources(_temp);
        string folder = TinyMnist.Write(place == "cache" ? sources.Cache : _temp["mine"]);
        var other = new IdxArray([6, 4, 3], new byte[72]);
        string path = Path.Combine(folder, IdxFolder.Names[2]);
        IdxFile.Write(path, other);
        var e = Assert.Throws<DataFileException>(() => Load(place == "cache" ? null : folder, sources));
        Assert.Contains(path, e.Message, StringComparison.Ordinal);
        Assert.Contains(other.Sha256(), e.Message, StringComparison.Ordinal);
        Assert.Contains(sources.Checksums[2], e.Message, StringComparison.Ordinal);
        Assert.Contains("Delete the file and get it again", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_outside_the_ten_classes_is_an_error()
    {
        string folder = TinyMnist.Write(_temp["mine"]);
        var labels = new IdxArray([6], [0, 1, 10, 3, 4, 5]);
        IdxFile.Write(Path.Combine(folder, IdxFolder.Names[3]), labels);
        MnistSources sources = TinyMnist.Sources(_temp);
        sources = sources with { Checksums = [.. sources.Checksums.Take(3), labels.Sha256()] };
        var e = Assert.Throws<DataFileException>(() => Load(folder, sources));
        Assert.Contains("label 10 at image 2", e.Message, StringComparison.Ordinal);
        Assert.Contains("labels from 0 to 9", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_says_which_files_are_right()
    {
        string folder = TinyMnist.Write(_temp["mine"], files: [0, 1, 2]);
        File.WriteAllText(Path.Combine(folder, IdxFolder.Names[1]), "wrong");
        MnistStatus status = Mnist.Check(folder, TinyMnist.Sources(_temp));
        Assert.Equal((folder, "folder", false), (status.Folder, status.Source, status.IsComplete));
        Assert.Equal([true, false, true, false], status.Files.Select(f => f.IsRight));
        Assert.Equal(Path.Combine(folder, IdxFolder.Names[0]), status.Files[0].Path);
        Assert.Contains("starts with 0x77726F6E", status.Files[1].Problem, StringComparison.Ordinal);
        Assert.Equal("missing", status.Files[3].Problem);
        Assert.Contains("train-images-idx3-ubyte: right", status.ToString(), StringComparison.Ordinal);
        Assert.Contains("t10k-labels-idx1-ubyte: missing", status.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Check_without_a_folder_looks_where_load_would()
    {
        MnistSources sources = TinyMnist.Sources(_temp);
        Assert.Equal((sources.Cache, "cache"), (Mnist.Check(null, sources).Folder, Mnist.Check(null, sources).Source));
        Assert.Equal(_temp["v"], Mnist.Check(null, sources with { Variable = _temp["v"] }).Folder);
        TinyMnist.Write(sources.Cache);
        Assert.True(Mnist.Check(null, sources).IsComplete);
    }

    [Fact]
    public void Fetch_fills_a_folder_and_replaces_nothing()
    {
        FakeMirrors mirrors = new FakeMirrors().Serve(First);
        Directory.CreateDirectory(_temp["mine"]);
        File.WriteAllText(_temp["mine", IdxFolder.Names[0]], "wrong");
        MnistStatus status = Mnist.Fetch(_temp["mine"], TinyMnist.Sources(_temp, mirrors), CancellationToken.None);
        Assert.Equal("download", status.Source);
        Assert.Equal([false, true, true, true], status.Files.Select(f => f.IsRight));
        Assert.Equal("wrong", File.ReadAllText(_temp["mine", IdxFolder.Names[0]]));

        status = Mnist.Fetch(_temp["new", "folder"], TinyMnist.Sources(_temp, mirrors), CancellationToken.None);
        Assert.True(status.IsComplete);
        Assert.Equal("folder", Mnist.Fetch(_temp["new", "folder"], TinyMnist.Sources(_temp), CancellationToken.None).Source);

        var e = Assert.Throws<DatasetUnavailableException>(() => Mnist.Fetch(_temp["other"], TinyMnist.Sources(_temp), CancellationToken.None));
        Assert.Contains("the named folder lacks train-images-idx3-ubyte", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/x/cache", "/home/u/.local/share", "/x/cache/advlib/mnist")]
    [InlineData(null, "/home/u/.local/share", "/home/u/.local/share/advlib/mnist")]
    [InlineData("relative", "/home/u/.local/share", "/home/u/.local/share/advlib/mnist")]
    public void The_cache_folder_follows_the_platform(string? xdg, string local, string expected)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The paths of this test are those of Unix.");
        Assert.Equal(expected, MnistSources.CacheFolder(xdg, local));
    }

    [Fact]
    public void The_cache_folder_needs_no_home() => Assert.True(Path.IsPathRooted(MnistSources.CacheFolder(null, "")));

    [Fact]
    public void The_real_MNIST_passes_its_checksums()
    {
        string? folder = Environment.GetEnvironmentVariable(Mnist.FolderVariable);
        Assert.SkipUnless(folder is { Length: > 0 }, $"{Mnist.FolderVariable} is not set.");
        Dataset data = Mnist.Load(folder, TestContext.Current.CancellationToken);
        Assert.Equal("MNIST train: 60000 images 28x28x1, 10 classes", data.Train.ToString());
        Assert.Equal("MNIST test: 10000 images 28x28x1, 10 classes", data.Test.ToString());
        Assert.Equal([5, 0, 4, 1, 9], data.Train.Labels[..5].ToArray());
        Assert.Equal([7, 2, 1, 0, 4], data.Test.Labels[..5].ToArray());
        Assert.True(Mnist.Check(folder).IsComplete);
    }

    private sealed class BreakingStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("the line broke");
    }
}
