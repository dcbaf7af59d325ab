using System.Text.Json.Nodes;
using AdvLib;

namespace AdvNotebooks.Tests.Course;

/// <summary>What the README shows is what a run produced.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public void ItsTableIsThatOfTheRecordedRun() => Assert.Equal(Recorded("results.json").Table().ToMarkdown().Trim(), Shown("results"));

    [Fact]
    public void ItsDefencesAreThoseOfTheRecordedRun() => Assert.Equal(Recorded("full-budget.json").Defences().ToMarkdown().Trim(), Shown("defences"));

    [Fact]
    public void ItsProofsAreThoseOfTheRecordedRun() => Assert.Equal(Recorded("certified.json").Certified().ToMarkdown().Trim(), Shown("certified"));

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

    private static RunCard Recorded(string name) => RunCard.Open(Path.Combine(CourseFolder.Root, "docs", name));

    private static string Shown(string mark) =>
        File.ReadAllText(Path.Combine(CourseFolder.Root, "README.md")).Split($"<!-- {mark} -->")[1].Split($"<!-- /{mark} -->")[0].Trim();
}
