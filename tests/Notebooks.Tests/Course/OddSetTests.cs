using System.Text.Json.Nodes;
using AdvLib;
using AdvNotebooks.Tests.Notebooks;

namespace AdvNotebooks.Tests.Course;

/// <summary>The whole course on data sets unlike MNIST.</summary>
public sealed class OddSetTests : IDisposable
{
    // Below the notebooks' own quick values: it is about every cell, not about what it measures.
    private static readonly string[] Values =
    [
        "epochs=1", "batchSize=20", "steps=3", "attackSteps=1", "seeds=1", "queries=5", "testImages=6", "trainImages=60", "rated=5",
        "reportImages=2", "examples=2",
    ];

    private const StringComparison Exactly = StringComparison.Ordinal;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Counts of images are the notebooks' quick ones, which are far more than there are.
    [Theory]
    [InlineData(2, 9, 7, 3, -1)]
    [InlineData(62, 1, 1, 1, 30)]
    public async Task The_whole_course_runs(int classes, int height, int width, int channels, int absent)
    {
        string data = _folder.File("odd");
        new OddSet(classes, new Shape(height, width, channels), absent).Write(data, train: 124, test: 62);
        string[] arguments =
        [
            "run", "--all", "--quick", "--output", _folder.File("executed"), "-p", $"dataset={data}",
            .. Values.SelectMany(value => (string[])["-p", value]),
        ];
        Assert.DoesNotContain("skipped", await AdvnbProcess.RunCourse(_folder.Path, arguments), Exactly);

        foreach (string notebook in CourseFolder.Notebooks)
        {
            string path = Path.Combine(_folder.File("executed"), Path.GetFileName(notebook));
            JsonNode executed = JsonNode.Parse(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken))!;
            Assert.Empty(Nbformat.Problems(executed));
            IEnumerable<JsonArray> outputs = executed["cells"]!.AsArray().Select(cell => cell!["outputs"]).OfType<JsonArray>();
            string said = string.Join('\n', outputs.SelectMany(Texts));
            foreach (string nonsense in (string[])["NaN", "Infinity", "∞", "\"stderr\""])
                Assert.DoesNotContain(nonsense, said, Exactly);
            if (notebook.Contains("01-", Exactly))
            {
                Assert.Contains("Of 12,000 training images that were asked for there are 124: all are used.", said, Exactly);
                Assert.Equal(absent >= 0, said.Contains($"Class {absent} never occurs among the images.", Exactly));
            }
        }
    }

    // What a reader sees: scripts and their libraries are left out.
    private static IEnumerable<string?> Texts(JsonArray outputs) => outputs.SelectMany(output => (string?[])
        [output!["data"]?["text/plain"]?.ToJsonString(), output["text"]?.ToJsonString(), output["name"]?.ToJsonString()]);
}
