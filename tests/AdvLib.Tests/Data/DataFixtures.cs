using System.Net;

namespace AdvLib.Tests;

/// <summary>A data set of 12 + 6 images 4x3 in the four files of MNIST, with checksums of its own.</summary>
internal static class TinyMnist
{
    public static readonly IdxArray[] Arrays =
    [
        new([12, 4, 3], [.. Enumerable.Range(0, 144).Select(i => (byte)i)]),
        new([12], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]),
        new([6, 4, 3], [.. Enumerable.Range(0, 72).Select(i => (byte)(255 - i))]),
        new([6], [9, 8, 7, 6, 5, 4]),
    ];

    public static MnistSources Sources(TempFolder temp, FakeMirrors? mirrors = null, string? variable = null) => new()
    {
        Checksums = [.. Arrays.Select(a => a.Sha256())],
        Mirrors = [new("https://first.test/mnist/"), new("https://second.test/")],
        Variable = variable,
        Cache = temp["cache", "advlib", "mnist"],
        Pause = TimeSpan.FromMilliseconds(1),
        Handler = () => mirrors ?? new FakeMirrors(),
    };

    public static string Write(string folder, bool gzip = false, IEnumerable<int>? files = null)
    {
        Directory.CreateDirectory(folder);
        foreach (int i in files ?? [0, 1, 2, 3])
            IdxFile.Write(Path.Combine(folder, IdxFolder.Names[i] + (gzip ? ".gz" : "")), Arrays[i], gzip);
        return folder;
    }
}

/// <summary>Answers downloads from memory and remembers what was asked; what it does not know fails as a missing network does.</summary>
internal sealed class FakeMirrors : HttpMessageHandler
{
    private readonly Dictionary<string, Func<CancellationToken, Task<HttpResponseMessage>>> _answers = [];

    public List<string> Asked { get; } = [];

    public FakeMirrors Answer(string address, Func<CancellationToken, Task<HttpResponseMessage>> answer)
    {
        _answers[address] = answer;
        return this;
    }

    public FakeMirrors Answer(string address, byte[] content) =>
        Answer(address, _ => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(content) }));

    /// <summary>Serves all four tiny files under an address.</summary>
    public FakeMirrors Serve(string mirror)
    {
        using var temp = new TempFolder();
        TinyMnist.Write(temp.Root, gzip: true);
        foreach (string name in IdxFolder.Names)
            Answer(mirror + name + ".gz", File.ReadAllBytes(temp[name + ".gz"]));
        return this;
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string address = request.RequestUri!.ToString();
        Asked.Add(address);
        return _answers.TryGetValue(address, out var answer)
            ? answer(cancellationToken)
            : throw new HttpRequestException("the network is out of reach");
    }
}
