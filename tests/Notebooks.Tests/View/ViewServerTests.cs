using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using AdvLib;
using AdvLib.Tests.Fuzzing;
using AdvNotebooks.Cli.View;
using Microsoft.AspNetCore.Builder;

namespace AdvNotebooks.Tests.View;

/// <summary>The server as browsers, other sites and worse ask it.</summary>
public sealed class ViewServerTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const int MalformedRequests = 10_000;
    private const string Good = "{\"network\":\"baseline\",\"attack\":\"fgsm\",\"epsilon\":0.1,\"sample\":3}";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/", "text/html", "default-src 'none'")]
    [InlineData("/playground", "text/html", "id=\"pad\"")]
    [InlineData("/page.css", "text/css", "color-scheme")]
    [InlineData("/playground.css", "text/css", ".play")]
    [InlineData("/playground.js", "text/javascript", "use strict")]
    [InlineData("/api/playground", "application/json", "synthetic digits test")]
    public async Task Pages_are_served_with_a_policy_and_are_not_sniffed(string path, string type, string text)
    {
        using HttpResponseMessage response = await fixture.Client.GetAsync(path, Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(type, response.Content.Headers.ContentType!.MediaType);
        Assert.Contains(text, await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", string.Concat(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal("nosniff", string.Concat(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("fgsm")]
    [InlineData("fgsm-ce")]
    [InlineData("bim")]
    [InlineData("mi-fgsm")]
    [InlineData("pgd")]
    [InlineData("noise")]
    public async Task An_answer_is_what_AdvLib_computes(string key)
    {
        JsonNode menu = JsonNode.Parse(await fixture.Client.GetStringAsync("/api/playground", Cancellation))!;
        float[] digit = Values(menu["samples"]![3]!["pixels"]);
        int label = (int)menu["samples"]![3]!["label"]!;
        int index = Enumerable.Range(0, TestRun.Digits.Count).Where(i => TestRun.Digits.Label(i) == label).Skip(1).First();
        var image = new float[784];
        TestRun.Digits.CopyImages(index, 1, image);
        INetwork model = TestRun.Network();
        var adversary = new float[784];
        PlaygroundAttack.All.Single(attack => attack.Key == key).Of(0.2f).Perturb(model, image, [label], adversary);

        (HttpStatusCode status, JsonNode answer) = await Post(Good.Replace("fgsm", key, StringComparison.Ordinal).Replace("0.1", "0.2", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(label, (int)answer["label"]!);
        Near(digit, Values(answer["digit"]));
        Near(image, Values(answer["digit"]));
        Near(adversary, Values(answer["adversary"]));
        Near(model.Predict(image), Values(answer["clean"]));
        Near(model.Predict(adversary), Values(answer["attacked"]));
    }

    [Fact]
    public async Task A_drawing_is_placed_and_attacked_away_from_what_the_network_sees()
    {
        var drawing = new float[DrawnDigit.Side * DrawnDigit.Side];
        for (int y = 10; y < 60; y++)
            drawing.AsSpan(y * DrawnDigit.Side + 30, 7).Fill(1);
        (HttpStatusCode status, JsonNode answer) = await Post(Drawing(drawing.Select(value => value.ToString(CultureInfo.InvariantCulture))));
        Assert.Equal(HttpStatusCode.OK, status);
        float[] clean = Values(answer["clean"]);
        Near(DrawnDigit.Place(drawing, TestRun.Digits.Shape), Values(answer["digit"]));
        Assert.Equal(clean.IndexOf(clean.Max()), (int)answer["label"]!);
        Assert.Equal(1, clean.Sum(), 1e-3);
    }

    [Fact]
    public async Task Answers_to_many_at_a_time_are_those_to_one()
    {
        string[] requests = [.. Enumerable.Range(0, 48).Select(i => Good.Replace("3}", $"{i % 20}}}", StringComparison.Ordinal).Replace("fgsm", i % 2 == 0 ? "pgd" : "fgsm", StringComparison.Ordinal).Replace("baseline", i % 3 == 0 ? "mixed" : "baseline", StringComparison.Ordinal))];
        var alone = new List<string>();
        foreach (string request in requests)
            alone.Add(await Pixels(request));
        Assert.Equal(alone, await Task.WhenAll(requests.Select(Pixels)));

        async Task<string> Pixels(string request) => (await Post(request)).Body["adversary"]!.ToJsonString();
    }

    [Theory]
    [InlineData("", 400, "not a request")]
    [InlineData("null", 400, "null")]
    [InlineData("[]", 400, "not a request")]
    [InlineData("{}", 400, "network")]
    [InlineData("{\"network\":\"baseline\",\"attack\":\"fgsm\",\"epsilon\":0.1}", 400, "Neither")]
    [InlineData("{\"network\":\"baseline\",\"attack\":\"fgsm\",\"epsilon\":0.1,\"sample\":20}", 400, "from 0 to 19")]
    [InlineData("{\"network\":\"baseline\",\"attack\":\"fgsm\",\"epsilon\":0.1,\"sample\":-1}", 400, "from 0 to 19")]
    [InlineData("{\"network\":\"baseline\",\"attack\":\"fgsm\",\"epsilon\":0.1,\"sample\":1.5}", 400, "not a request")]
    [InlineData("{\"network\":\"baseline\",\"attack\":\"fgsm\",\"epsilon\":1e999,\"sample\":1}", 400, "Infinity")]
    [InlineData("{\"network\":\"baseline\",\"attack\":\"fgsm\",\"epsilon\":\"NaN\",\"sample\":1}", 400, "not a request")]
    [InlineData("{\"network\":\"baseline\",\"attack\":\"fgsm\",\"epsilon\":NaN,\"sample\":1}", 400, "not a request")]
    [InlineData("{\"network\":\"baseline\",\"attack\":\"fgsm\",\"epsilon\":-0.1,\"sample\":1}", 400, "from 0 to 0.5")]
    [InlineData("{\"network\":\"baseline\",\"attack\":\"fgsm\",\"epsilon\":0.51,\"sample\":1}", 400, "from 0 to 0.5")]
    [InlineData("{\"network\":\"../baseline\",\"attack\":\"fgsm\",\"epsilon\":0.1,\"sample\":1}", 400, "no such network")]
    [InlineData("{\"network\":\"baseline\",\"attack\":\"magic\",\"epsilon\":0.1,\"sample\":1}", 400, "no such attack")]
    [InlineData("{\"network\":null,\"attack\":\"fgsm\",\"epsilon\":0.1,\"sample\":1}", 400, "not a request")]
    [InlineData("{\"network\":\"baseline\",\"attack\":\"fgsm\",\"epsilon\":0.1,\"sample\":1,\"more\":1}", 400, "more")]
    [InlineData("{\"network\":\"baseline\",\"attack\":\"fgsm\",\"epsilon\":0.1,\"sample\":1,\"sample\":2}", 400, "not a request")]
    [InlineData("{\"network\":\"baseline\",\"attack\":\"fgsm\",\"epsilon\":0.1,\"sample\":1,\"drawing\":[0]}", 400, "Both")]
    [InlineData("{\"network\":\"baseline\",\"attack\":\"fgsm\",\"epsilon\":0.1,\"drawing\":[]}", 400, "0 values")]
    [InlineData("{\"network\":\"baseline\",\"attack\":\"fgsm\",\"epsilon\":0.1,\"drawing\":[1,2,3]}", 400, "7056")]
    public async Task A_wrong_request_is_told_what_is_wrong(string body, int status, string detail)
    {
        (HttpStatusCode code, JsonNode problem) = await Post(body);
        Assert.Equal(status, (int)code);
        Assert.Contains(detail, (string?)problem["detail"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1e39", "Infinity")]
    [InlineData("-1e-3", "-0.001")]
    [InlineData("1.001", "1.001")]
    [InlineData("0", "empty")]
    public async Task A_drawing_with_a_wrong_pixel_is_refused(string pixel, string detail)
    {
        (HttpStatusCode code, JsonNode problem) = await Post(Drawing(Enumerable.Repeat("0", DrawnDigit.Side * DrawnDigit.Side - 1).Append(pixel)));
        Assert.Equal(HttpStatusCode.BadRequest, code);
        Assert.Contains(detail, (string?)problem["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_413_and_one_of_another_type_415()
    {
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await Post(Drawing(Enumerable.Repeat("0.123456789", DrawnDigit.Side * DrawnDigit.Side)))).Status);
        using var text = new StringContent(Good, Encoding.UTF8, "text/plain");
        using HttpResponseMessage response = await fixture.Client.PostAsync("/api/attack", text, Cancellation);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await Read(response)).Status);
    }

    [Theory]
    [InlineData("GET", "/nothing", 404)]
    [InlineData("GET", "/../../etc/passwd", 404)]
    [InlineData("GET", "/api/attack", 405)]
    [InlineData("POST", "/", 405)]
    [InlineData("OPTIONS", "/api/attack", 405)]
    public async Task What_is_not_there_is_a_problem_too(string method, string path, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using HttpResponseMessage response = await fixture.Client.SendAsync(request, Cancellation);
        Assert.Equal(status, (int)(await Read(response)).Status);
    }

    [Theory]
    [InlineData("Host", "evil.example", 421)]
    [InlineData("Host", "127.0.0.1", 421)]
    [InlineData("Host", "127.0.0.1:1", 421)]
    [InlineData("Host", "127.0.0.1.evil.example:{port}", 421)]
    [InlineData("Host", "0.0.0.0:{port}", 421)]
    [InlineData("Host", "LOCALHOST:{port}", 200)]
    [InlineData("Origin", "http://evil.example", 403)]
    [InlineData("Origin", "null", 403)]
    [InlineData("Origin", "http://127.0.0.1:1", 403)]
    [InlineData("Origin", "http://localhost:{port}", 403)]
    [InlineData("Origin", "https://127.0.0.1:{port}", 403)]
    [InlineData("Origin", "http://127.0.0.1:{port}", 200)]
    [InlineData("Sec-Fetch-Site", "cross-site", 403)]
    [InlineData("Sec-Fetch-Site", "same-site", 403)]
    [InlineData("Sec-Fetch-Site", "same-origin", 200)]
    public async Task Only_this_machines_own_pages_are_let_in(string header, string value, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/attack") { Content = new StringContent(Good, Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation(header, value.Replace("{port}", fixture.Address.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        using HttpResponseMessage response = await fixture.Client.SendAsync(request, Cancellation);
        Assert.Equal(status, (int)(await Read(response)).Status);
    }

    [Fact]
    public async Task Malformed_requests_are_refused_and_the_next_good_one_is_answered()
    {
        var statuses = new ConcurrentDictionary<int, int>();
        byte[] sound = Encoding.UTF8.GetBytes(Good);
        byte[] message = Encoding.ASCII.GetBytes($"POST /api/attack HTTP/1.1\r\nHost: 127.0.0.1:{fixture.Address.Port}\r\nContent-Type: application/json\r\nContent-Length: {sound.Length}\r\nConnection: close\r\n\r\n{Good}");
        await Parallel.ForAsync(0, MalformedRequests, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancellation }, async (i, cancellation) =>
        {
            var rng = new Rng((ulong)i, RandomPurpose.TestDigits);
            int status = i % 4 == 0 ? await SendRaw(Mutator.Mutate(message, rng), cancellation) : await SendBody(Mutator.Mutate(sound, rng), cancellation);
            statuses.AddOrUpdate(status, 1, (_, count) => count + 1);
        });

        string seen = string.Join(", ", statuses.Select(entry => $"{entry.Key} x {entry.Value}"));
        Assert.Equal(MalformedRequests, statuses.Values.Sum());
        // A change that leaves a request sound is answered (200), one that never becomes a request is hung up on (0), another HTTP is Kestrel's 505.
        Assert.True(statuses.Keys.All(status => status is 0 or 200 or (>= 400 and < 500) or 505), seen);
        Assert.True(statuses[400] > MalformedRequests / 2, seen);
        Assert.Equal(HttpStatusCode.OK, (await Post(Good)).Status);
    }

    [Fact]
    public async Task Without_weights_it_says_which_notebook_to_run_and_takes_them_when_they_come()
    {
        using var folder = new TempFolder();
        TestRun.WriteRecord(folder);
        await using WebApplication server = ViewServer.Create(folder.Path, port: 0);
        await server.StartAsync(Cancellation);
        using var client = new HttpClient { BaseAddress = new Uri(ViewServer.AddressOf(server)) };
        using (HttpResponseMessage response = await client.PostAsync("/api/attack", new StringContent(Good, Encoding.UTF8, "application/json"), Cancellation))
        {
            (HttpStatusCode status, JsonNode problem) = await Read(response);
            Assert.Equal(HttpStatusCode.Conflict, status);
            Assert.Contains("Run 02-baseline-training first.", (string?)problem["detail"], StringComparison.Ordinal);
        }

        JsonNode menu = JsonNode.Parse(await client.GetStringAsync("/api/playground", Cancellation))!;
        Assert.All(menu["networks"]!.AsArray(), network => Assert.False((bool)network!["ready"]!));
        Assert.Contains("There is no explorer here. artifacts/baseline.safetensors is not there.", await client.GetStringAsync("/", Cancellation), StringComparison.Ordinal);

        TestRun.Network().Save(folder.File("baseline.safetensors"));
        using HttpResponseMessage then = await client.PostAsync("/api/attack", new StringContent(Good, Encoding.UTF8, "application/json"), Cancellation);
        Assert.Equal(HttpStatusCode.OK, then.StatusCode);
    }

    // The page of a run that goes on: whatever it is made of has changed, be it to an older file or to none.
    [Fact]
    public void The_report_is_made_again_when_what_it_is_made_of_changes()
    {
        using var folder = new TempFolder();
        TestRun.Write(folder);
        var served = new ServedReport(folder.Path);
        string first = served.Read();
        Assert.Same(first, served.Read());

        string notebook = Directory.GetFiles(Path.Combine(folder.Path, "notebooks"), "*.ipynb").Order(StringComparer.Ordinal).First();
        string copy = Path.Combine(folder.Path, "notebooks", "09-brought-along.ipynb");
        File.Copy(notebook, copy);
        File.SetLastWriteTimeUtc(copy, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        string second = served.Read();
        Assert.Contains("09-brought-along", second, StringComparison.Ordinal);
        Assert.DoesNotContain("09-brought-along", first, StringComparison.Ordinal);

        File.Delete(copy);
        Assert.Equal(first, served.Read());
    }

    [Fact]
    public void Without_a_run_there_is_nothing_to_serve()
    {
        using var folder = new TempFolder();
        Assert.Contains("Run `advnb run` first.", Assert.Throws<MissingArtifactException>(() => ViewServer.Create(folder.Path, 0)).Message, StringComparison.Ordinal);
    }

    private static string Drawing(IEnumerable<string> pixels) => $"{{\"network\":\"baseline\",\"attack\":\"fgsm\",\"epsilon\":0.1,\"drawing\":[{string.Join(',', pixels)}]}}";

    private async Task<(HttpStatusCode Status, JsonNode Body)> Post(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await fixture.Client.PostAsync("/api/attack", content, Cancellation);
        return await Read(response);
    }

    // What is no success is a problem of its status.
    private static async Task<(HttpStatusCode Status, JsonNode Body)> Read(HttpResponseMessage response)
    {
        JsonNode body = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancellation))!;
        if (!response.IsSuccessStatusCode)
        {
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
            Assert.Equal((int)response.StatusCode, (int)body["status"]!);
            Assert.NotEmpty((string)body["title"]!);
        }

        return (response.StatusCode, body);
    }

    private async Task<int> SendBody(byte[] body, CancellationToken cancellation)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        using HttpResponseMessage response = await fixture.Client.PostAsync("/api/attack", content, cancellation);
        return (int)response.StatusCode;
    }

    // Ends its own side, so that a request which promises more than it holds does not wait.
    private async Task<int> SendRaw(byte[] message, CancellationToken cancellation)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, fixture.Address.Port, cancellation);
            await socket.SendAsync(message, cancellation);
            socket.Shutdown(SocketShutdown.Send);
            var answer = new byte[16];
            int length = await socket.ReceiveAsync(answer, cancellation);
            string line = Encoding.ASCII.GetString(answer, 0, length);
            return line.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) && line.Length >= 12 ? int.Parse(line[9..12], CultureInfo.InvariantCulture) : 0;
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    private static float[] Values(JsonNode? array) => [.. array!.AsArray().Select(value => (float)value!)];

    private static void Near(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-4f);
    }
}
