using System.Diagnostics;
using System.Text;

namespace AdvLib.Tests;

/// <summary>Downloads over real connections, from servers on this machine that do what servers do.</summary>
public sealed class MnistDownloadTests : IDisposable
{
    private const string First = "train-images-idx3-ubyte.gz";
    private static readonly Dictionary<string, byte[]> Contents = Files();

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    public static TheoryData<string, string, int> Misbehaviours => new()
    {
        { "404", "answered 404 Not Found", 1 },
        { "500", "answered 500 Sorry", 3 },
        { "redirect loop", "answered 302 Found", 6 },
        { "says it sends too much", "sends more than 20000 bytes", 1 },
        { "sends too much", "sends more than 20000 bytes", 1 },
        { "wrong bytes", "answered with something that is not MNIST's file", 1 },
        { "another file", "answered with something that is not MNIST's file", 1 },
        { "HTML", "answered with something that is not MNIST's file", 1 },
        { "cut without saying so", "answered with something that is not MNIST's file", 1 },
        { "no answer", "did not answer within 2 s", 1 },
        { "no HTTP", "http://", 1 },
        { "stalls at once", "sent nothing for 1 s", 3 },
        { "cuts at once", "http://", 3 },

        // The client itself asks four times where a server closes without a word.
        { "closes", "http://", 12 },
    };

    [Theory]
    [MemberData(nameof(Misbehaviours))]
    public void A_mirror_that_misbehaves_is_passed_over_after_as_many_requests_as_may_help(string what, string reason, int requests)
    {
        using var bad = new TestServer(request => Misbehave(what, request));
        using var good = new TestServer(request => request.File(Contents[request.Path[1..]]));
        Assert.Equal(12, Load(Impatient(what, Sources(bad, good))).Train.Count);
        Assert.Equal(requests, bad.Asked.Count);
        Assert.Equal(Contents.Keys.Select(name => "/" + name), good.Asked);
        Assert.Equal(Contents.Keys.Order(StringComparer.Ordinal), _temp.Files());

        using var alone = new TempFolder();
        var e = Assert.Throws<DatasetUnavailableException>(() => Load(Impatient(what, Sources(bad)) with { Cache = alone.Root }));
        Assert.Contains($"{bad.Address}: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
        Assert.Empty(alone.Files());
    }

    [Theory]
    [InlineData("cuts", true)]
    [InlineData("cuts", false)]
    [InlineData("stalls", true)]
    public void A_download_that_breaks_off_goes_on_where_it_was(string what, bool knowsParts)
    {
        int broken = 0;
        using var server = new TestServer(async request =>
        {
            bool whole = request.Path != "/" + First || broken++ == 2;
            await request.File(Contents[request.Path[1..]], knowsParts, whole ? int.MaxValue : 20 * broken);
            if (!whole && what == "stalls")
                await request.Silence();
        });
        Load(Impatient(what, Sources(server)));
        Assert.Equal([$"/{First}", $"/{First} from 20", $"/{First} from 40"], server.Asked.Take(3));
        Assert.Equal(6, server.Asked.Count);
        Assert.Equal(4, _temp.Files().Length);
    }

    [Fact]
    public void The_next_run_goes_on_with_what_this_one_received()
    {
        bool breaks = true;
        using var server = new TestServer(request => request.File(Contents[request.Path[1..]], breaksAt: breaks ? 30 : int.MaxValue));
        Assert.Throws<DatasetUnavailableException>(() => Load(Sources(server) with { Attempts = 1 }));
        Assert.Equal([$"{First}.0.part"], _temp.Files());
        breaks = false;
        Load(Sources(server));
        Assert.Equal([$"/{First}", $"/{First} from 30"], server.Asked.Take(2));
        Assert.Equal(4, _temp.Files().Length);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(100_000)]
    public void A_part_of_something_else_is_thrown_away(int length)
    {
        Directory.CreateDirectory(_temp["cache"]);
        File.WriteAllBytes(_temp["cache", $"{First}.0.part"], new byte[length]);
        using var server = new TestServer(request => request.From >= Contents[request.Path[1..]].Length
            ? request.Head("416 Range Not Satisfiable", "Content-Length: 0")
            : request.File(Contents[request.Path[1..]]));
        Load(Sources(server) with { Cache = _temp["cache"] });
        Assert.Equal([$"/{First} from {length}", $"/{First}"], server.Asked.Take(2));
        Assert.Equal(4, _temp.Files().Length);
    }

    [Fact]
    public void Everything_together_has_a_time_limit()
    {
        using var server = new TestServer(async request =>
        {
            await request.Head("200 OK", "Content-Length: 10000");
            while (true)
            {
                await request.Stream.WriteAsync(new byte[1], request.Stop);
                await Task.Delay(20, request.Stop);
            }
        });
        var e = Assert.Throws<DatasetUnavailableException>(() => Load(Sources(server) with { TotalLimit = TimeSpan.FromSeconds(1) }));
        Assert.Contains("the download took longer than 1 s", e.Message, StringComparison.Ordinal);
        e = Assert.Throws<DatasetUnavailableException>(() => Load(Sources(server) with { FileLimit = TimeSpan.FromSeconds(1) }));
        Assert.Contains($"{server.Address}: took longer than 1 s", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_no_mirror_answers_synthetic_digits_come_within_ten_seconds()
    {
        MnistSources real = MnistSources.Default();
        Assert.InRange(real.Mirrors.Count * real.AnswerLimit.TotalSeconds, 1, 10);

        using var first = new TestServer(request => request.Silence());
        using var second = new TestServer(request => request.Silence());
        Dataset data = Dataset.Load("", 10, 10, 42, Impatient("no answer", Sources(first, second)));
        Assert.Equal((Dataset.Synthetic, 1, 1), (data.Source, first.Asked.Count, second.Asked.Count));
        Assert.Contains("did not answer within 2 s", data.Notice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ten_processes_at_once_download_once_and_none_sees_half_a_file()
    {
        using var server = new TestServer(async request =>
        {
            // Slowly, so that the others come while the first is at it.
            byte[] content = Contents[request.Path[1..]];
            await request.Head("200 OK", $"Content-Length: {content.Length}");
            foreach (byte[] piece in content.Chunk(content.Length / 5))
            {
                await request.Stream.WriteAsync(piece, request.Stop);
                await Task.Delay(100, request.Stop);
            }
        });
        Process[] children =
        [
            .. Enumerable.Range(0, 10).Select(_ => Process.Start(new ProcessStartInfo(
                "dotnet", [Path.Combine(AppContext.BaseDirectory, "TestChild.dll"), "fetch", _temp.Root, server.Address.ToString(), .. TinyMnist.Arrays.Select(array => array.Sha256())])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!),
        ];
        foreach (Process child in children)
        {
            string output = await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            string error = await child.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await child.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(("12\n", "", 0), (output, error, child.ExitCode));
            child.Dispose();
        }

        Assert.Equal(Contents.Keys.Select(name => "/" + name), server.Asked);
    }

    private static async Task Misbehave(string what, TestServer.Request request)
    {
        byte[] content = Contents[request.Path[1..]];
        switch (what)
        {
            case "404":
                await request.Head("404 Not Found", "Content-Length: 0");
                break;
            case "500":
                await request.Head("500 Sorry", "Content-Length: 0");
                break;
            case "redirect loop":
                await request.Head("302 Found", $"Location: {request.Path}", "Content-Length: 0");
                break;
            case "says it sends too much":
                await request.Head("200 OK", "Content-Length: 20001");
                await request.Silence();
                break;
            case "sends too much":
                await request.Head("200 OK");
                while (true)
                    await request.Stream.WriteAsync(new byte[5000], request.Stop);
            case "wrong bytes":
                await request.File([.. content[..^9], (byte)(content[^9] ^ 1), .. content[^8..]]);
                break;
            case "another file":
                await request.File(Contents.Values.Last());
                break;
            case "HTML":
                await request.File("<html><body>Please log in</body></html>"u8.ToArray());
                break;
            case "cut without saying so":
                await request.Head("200 OK");
                await request.Stream.WriteAsync(content.AsMemory(0, 30), request.Stop);
                break;
            case "no answer":
                await request.Silence();
                break;
            case "no HTTP":
                await request.Stream.WriteAsync(Encoding.ASCII.GetBytes("220 ready\r\n"), request.Stop);
                break;
            case "stalls at once":
                await request.Head("200 OK", $"Content-Length: {content.Length}");
                await request.Silence();
                break;
            case "cuts at once":
                await request.File(content, breaksAt: 0);
                break;
            default:
                Assert.Equal("closes", what);
                break;
        }
    }

    // Short limits only where they are what is tested: this machine may be slow as well.
    private static MnistSources Impatient(string what, MnistSources sources) => sources with
    {
        AnswerLimit = what == "no answer" ? TimeSpan.FromSeconds(2) : sources.AnswerLimit,
        StallLimit = what.StartsWith("stalls", StringComparison.Ordinal) ? TimeSpan.FromSeconds(1) : sources.StallLimit,
    };

    private static Dataset Load(MnistSources sources) => Mnist.Load(null, sources, TestContext.Current.CancellationToken);

    private MnistSources Sources(params TestServer[] servers) => TinyMnist.Sources(_temp) with
    {
        Handler = null,
        Mirrors = [.. servers.Select(server => server.Address)],
        AnswerLimit = TimeSpan.FromMinutes(2),
        StallLimit = TimeSpan.FromMinutes(2),
        Attempts = 3,
        LargestFile = 20_000,
    };

    private static Dictionary<string, byte[]> Files()
    {
        using var temp = new TempFolder();
        TinyMnist.Write(temp.Root, gzip: true);
        return IdxFolder.Names.ToDictionary(name => name + ".gz", name => File.ReadAllBytes(temp[name + ".gz"]));
    }
}
