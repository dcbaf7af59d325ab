using System.Text.Json.Nodes;
using AdvLib;
using AdvNotebooks.Tests.Notebooks;

namespace AdvNotebooks.Tests.Course;

/// <summary>The course, executed.</summary>
public sealed class CourseRunTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TheRecipeRunsEndToEndOnSyntheticDigitsAndWritesItsRecord()
    {
        string[] arguments = ["run", "--quick", "--output", _folder.File("executed"), "-p", "dataset=synthetic", "-p", "trainCount=3000", "-p", "testCount=500", "-p", "epochs=6", "-p", "batchSize=16"];
        Assert.Contains("stale", await AdvnbProcess.RunCourse(_folder.Path, arguments), StringComparison.Ordinal);

        JsonNode card = JsonNode.Parse(await File.ReadAllTextAsync(_folder.File("run.json"), TestContext.Current.CancellationToken))!;
        foreach (string field in (string[])["schema", "seed", "dataset", "engine", "threads", "cpu", "dotnet", "commit", "started", "seconds", "settings", "results"])
            Assert.True(card.AsObject().ContainsKey(field), field);
        Assert.Equal("synthetic digits", (string?)card["dataset"]!["name"]);
        foreach (string result in (string[])["clean_before", "fgsm_before", "clean_after", "stale_after", "fresh_after"])
        {
            Assert.InRange((double)card["results"]![result]!["accuracy"]!, 0, 1);
            Assert.True((double)card["results"]![result]!["loss"]! > 0);
            Assert.Equal(500, (int)card["results"]![result]!["count"]!);
        }

        // Even this short a course tells the story: the attack breaks the baseline, the repair brings most of it back.
        double Accuracy(string result) => (double)card["results"]![result]!["accuracy"]!;
        Assert.True(Accuracy("clean_before") > 0.85, $"clean before: {Accuracy("clean_before")}");
        Assert.True(Accuracy("fgsm_before") < Accuracy("clean_before") - 0.4, $"FGSM before: {Accuracy("fgsm_before")}");
        Assert.True(Accuracy("stale_after") > Accuracy("fgsm_before") + 0.3, $"stale after: {Accuracy("stale_after")}");

        foreach (string notebook in CourseFolder.Notebooks.Take(5))
        {
            JsonNode executed = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(_folder.File("executed"), Path.GetFileName(notebook)), TestContext.Current.CancellationToken))!;
            Assert.Empty(Nbformat.Problems(executed));
            string text = executed.ToJsonString();
            Assert.DoesNotContain("\"stderr\"", text, StringComparison.Ordinal);
            Assert.DoesNotContain(CourseFolder.Root, text, StringComparison.Ordinal);
        }
    }

    // Few images: that libtorch comes in by the knob alone, and that all that is handed over says so.
    [Fact]
    public async Task TheKnobAloneTrainsOnLibtorch()
    {
        string[] arguments = ["run", "01", "02", "--output", _folder.File("executed"), "-p", "dataset=synthetic", "-p", "trainCount=200", "-p", "testCount=40",
            "-p", "epochs=1", "-p", "batchSize=20", "-p", "engine=torchsharp"];
        await AdvnbProcess.RunCourse(_folder.Path, arguments);

        RunRecord run = RunCard.Open(_folder.File("run.json")).Content;
        Assert.StartsWith("TorchSharp 0.107.0, ", run.Engine, StringComparison.Ordinal);
        Assert.Equal(run.Engine, run.Networks!["baseline"].Engine);
        SafeTensors.Load(_folder.File("baseline.safetensors"), out IReadOnlyDictionary<string, string> notes);
        Assert.Equal(run.Engine, notes["engine"]);
        SafeTensors.Load(new Checkpoints(_folder.File("checkpoints/baseline")).Files()[^1], out notes, anyBits: true);
        Assert.Equal("torchsharp", notes["model.engine"]);
    }
}
