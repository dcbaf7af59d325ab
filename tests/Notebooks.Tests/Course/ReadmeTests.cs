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
}
