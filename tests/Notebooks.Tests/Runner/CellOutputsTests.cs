using System.Text.Json.Nodes;
using AdvNotebooks.Cli.Kernel;
using AdvNotebooks.Cli.Runner;

namespace AdvNotebooks.Tests.Runner;

public sealed class CellOutputsTests
{
    [Fact]
    public void Consecutive_output_of_a_stream_is_one_output_in_lines()
        => Assert.Equal(
            """[{"name":"stdout","output_type":"stream","text":["a\n","b"]},{"name":"stderr","output_type":"stream","text":["e"]},{"name":"stdout","output_type":"stream","text":["c"]}]""",
            Json(new StreamEvent("stdout", "a"), new StreamEvent("stdout", "\nb"), new StreamEvent("stderr", "e"), new StreamEvent("stdout", "c")));

    [Theory]
    [InlineData("10%\r50%\r100%\ndone", "100%\ndone")]
    [InlineData("10%\r", "10%")]
    [InlineData("a\r\nb", "a\nb")]
    public void Lines_that_were_rewritten_keep_their_last_state(string written, string kept)
        => Assert.Equal(kept, string.Concat(JsonNode.Parse(Json(new StreamEvent("stdout", written)))![0]!["text"]!.AsArray().Select(line => (string?)line)));

    [Fact]
    public void Text_is_in_lines_json_is_json_and_pictures_are_strings()
        => Assert.Equal(
            """[{"data":{"application/json":{"a":1},"image/png":"iVBO\n","text/html":["\u003Cb\u003E\n","\u003C/b\u003E"]},"execution_count":3,"metadata":{},"output_type":"execute_result"}]""",
            Json(new ResultEvent(new SortedDictionary<string, string>(StringComparer.Ordinal) { ["text/html"] = "<b>\r\n</b>", ["image/png"] = "iVBO\n", ["application/json"] = "{\"a\":1}" })));

    [Fact]
    public void An_update_replaces_an_earlier_cells_output()
    {
        var displayed = new Dictionary<string, JsonObject>();
        var first = new CellOutputs(1, displayed, new PathScrubber(null, ""));
        first.Add(new DisplayEvent("7", new() { ["text/plain"] = "old" }));
        JsonArray outputs = first.ToJson();
        var second = new CellOutputs(2, displayed, new PathScrubber(null, ""));
        second.Add(new UpdateEvent("7", new() { ["text/plain"] = "new" }));
        second.Add(new UpdateEvent("unknown", new() { ["text/plain"] = "lost" }));
        Assert.Empty(second.ToJson());
        Assert.Equal("""[{"data":{"text/plain":["new"]},"metadata":{},"output_type":"display_data"}]""", outputs.ToJsonString());
    }

    [Fact]
    public void Errors_and_texts_lose_the_machines_paths()
    {
        var outputs = new CellOutputs(1, [], new PathScrubber("/home/ann/repo", "/home/ann"));
        outputs.Add(new StreamEvent("stdout", "/home/ann/x"));
        outputs.Add(new CellError("E", "no /home/ann/repo/a", ["in /home/ann/repo/a"]));
        Assert.DoesNotContain("ann", outputs.ToJson().ToJsonString(), StringComparison.Ordinal);
    }

    private static string Json(params KernelEvent[] events)
    {
        var outputs = new CellOutputs(3, [], new PathScrubber(null, ""));
        foreach (KernelEvent kernelEvent in events)
            outputs.Add(kernelEvent);
        return outputs.ToJson().ToJsonString();
    }
}
