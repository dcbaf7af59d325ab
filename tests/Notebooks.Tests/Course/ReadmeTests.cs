using System.Text.Json.Nodes;
using AdvLib;

namespace AdvNotebooks.Tests.Course;

/// <summary>What the README shows is what a run produced.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public void ItsTableIsThatOfTheRecordedRun()
    {
        string readme = File.ReadAllText(Path.Combine(CourseFolder.Root, "README.md"));
        string shown = readme.Split("<!-- results -->")[1].Split("<!-- /results -->")[0].Trim();
        Assert.Equal(RunCard.Open(Path.Combine(CourseFolder.Root, "docs", "results.json")).Table().ToMarkdown().Trim(), shown);
    }

    [Theory]
    [InlineData("epsilon-curve.svg", "05-results", "epsilon-curve")]
    [InlineData("fgsm.svg", "03-fgsm-attack", "triples")]
    public void ItsPicturesAreThoseOfTheExecutedNotebooks(string picture, string notebook, string cell)
    {
        JsonNode code = JsonNode.Parse(File.ReadAllText(Path.Combine(CourseFolder.Root, "notebooks", notebook + ".ipynb")))!["cells"]!.AsArray().Single(node => (string?)node!["id"] == cell)!;
        string output = string.Concat(code["outputs"]![0]!["data"]!["image/svg+xml"]!.AsArray().Select(line => (string?)line));
        Assert.Equal(output.TrimEnd(), File.ReadAllText(Path.Combine(CourseFolder.Root, "docs", "pictures", picture)).ReplaceLineEndings("\n").TrimEnd());
        Assert.Contains($"(docs/pictures/{picture})", File.ReadAllText(Path.Combine(CourseFolder.Root, "README.md")), StringComparison.Ordinal);
    }
}
