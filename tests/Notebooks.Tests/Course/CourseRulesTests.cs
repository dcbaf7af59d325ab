using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AdvNotebooks.Tests.Course;

/// <summary>What every notebook of the course keeps to, so that it opens on every host and reads well.</summary>
public sealed partial class CourseRulesTests
{
    private const int MostLines = 15;
    private const int MostCharacters = 120;

    public static TheoryData<string> Names => [.. CourseFolder.Notebooks.Select(path => Path.GetFileName(path))];

    [Fact]
    public void TheRecipeIsFiveNotebooks() =>
        Assert.Equal(["01", "02", "03", "04", "05"], CourseFolder.Notebooks.Select(path => Path.GetFileName(path)[..2]).Take(5));

    [Theory]
    [MemberData(nameof(Names))]
    public void ItIsAnNbformat4NotebookForCSharpWithStableIds(string name)
    {
        JsonNode notebook = Load(name);
        Assert.Equal(4, (int)notebook["nbformat"]!);
        Assert.Equal(5, (int)notebook["nbformat_minor"]!);
        Assert.Equal(".net-csharp", (string?)notebook["metadata"]!["kernelspec"]!["name"]);
        Assert.Equal("C#", (string?)notebook["metadata"]!["kernelspec"]!["language"]);
        string[] ids = [.. Cells(name).Select(cell => (string)cell["id"]!)];
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Matches("^[a-z0-9-]{1,64}$", id));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ItStartsWithTheImportAndTheParameters(string name)
    {
        JsonNode[] code = [.. Code(name)];
        Assert.Equal("#!import setup.csx", Source(code[0]));
        Assert.Contains("parameters", code[1]["metadata"]!["tags"]!.AsArray().Select(tag => (string?)tag));
        string[] lines = Source(code[1]).Split('\n');
        Assert.Equal("// parameters", lines[0]);
        Assert.All(lines[1..], line => Assert.Matches(@"^var \w+ = .+;\s+// .+", line));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void CellsAreShortAndFollowProse(string name)
    {
        JsonNode[] cells = [.. Cells(name)];
        for (int i = 0; i < cells.Length; i++)
        {
            if ((string?)cells[i]["cell_type"] != "code")
                continue;
            Assert.All(Source(cells[i]).Split('\n'), line => Assert.True(line.Length <= MostCharacters, $"a page cuts off \"{line}\" in cell {cells[i]["id"]}"));
            Assert.True(Source(cells[i]).Split('\n').Length <= MostLines, $"cell {cells[i]["id"]} is longer than {MostLines} lines");
            Assert.True(i > 0 && (string?)cells[i - 1]["cell_type"] == "markdown" && Source(cells[i - 1]).Length > 10, $"cell {cells[i]["id"]} has no prose before it");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void NoCellUsesWhatOnlyOneHostHas(string name) =>
        Assert.All(Code(name), cell => Assert.DoesNotMatch(@"(?<!\.)\bdisplay\(|\bHTML\(|\\r|Console\.Error|#r (?!.nuget:)", Source(cell)));

    [Theory]
    [MemberData(nameof(Names))]
    public void ItBeginsWithItsGoalAndEndsWithWhatWeSawAndTryItYourself(string name)
    {
        string[] prose = [.. Cells(name).Where(cell => (string?)cell["cell_type"] == "markdown").Select(Source)];
        Assert.Matches(@"^# \d+\. ", prose[0]);
        Assert.Contains("**Goal:**", prose[0], StringComparison.Ordinal);
        Assert.Contains("**Time:**", prose[0], StringComparison.Ordinal);
        Assert.Single(prose, text => Regex.IsMatch(text, "^# ", RegexOptions.Multiline));
        Assert.StartsWith("## What we saw", prose[^2], StringComparison.Ordinal);
        Assert.StartsWith("## Try it yourself", prose[^1], StringComparison.Ordinal);
        Assert.Equal("saw", (string?)Code(name).Last()["id"]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ItsLinksLeadSomewhere(string name)
    {
        foreach (string target in Cells(name).SelectMany(cell => Link().Matches(Source(cell)).Select(match => match.Groups[1].Value)))
            Assert.True(File.Exists(Path.Combine(CourseFolder.Root, "notebooks", target)), $"{target} does not exist");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ItsQuickValuesAreParameters(string name)
    {
        string parameters = Source(Code(name).ElementAt(1));
        JsonObject quick = Load(name)["metadata"]!["advnotebooks"]!["quick"]!.AsObject();
        Assert.All(quick, value => Assert.Contains($"var {value.Key} = ", parameters, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ItsOutputsAreThoseOfARunWithoutErrorsOrMachinePaths(string name)
    {
        JsonNode[] code = [.. Code(name)];
        Assert.All(code, cell => Assert.NotNull((int?)cell["execution_count"]));
        JsonNode[] outputs = [.. code.SelectMany(cell => cell["outputs"]!.AsArray())!];
        Assert.NotEmpty(outputs);
        Assert.All(outputs, output =>
        {
            Assert.NotEqual("error", (string?)output["output_type"]);
            Assert.DoesNotMatch(@"/(home|root|Users)/|[A-Z]:\\\\", output.ToJsonString());
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ItIsSmallerThanAMegabyte(string name) => Assert.InRange(new FileInfo(CourseFolder.Notebook(name)).Length, 1, 1_000_000);

    [GeneratedRegex(@"\]\(([^)#:]+)\)")]
    private static partial Regex Link();

    private static JsonNode Load(string name) => JsonNode.Parse(File.ReadAllText(CourseFolder.Notebook(name)))!;

    private static JsonNode[] Cells(string name) => [.. Load(name)["cells"]!.AsArray()!];

    private static IEnumerable<JsonNode> Code(string name) => Cells(name).Where(cell => (string?)cell["cell_type"] == "code");

    private static string Source(JsonNode cell) => string.Concat(cell["source"]!.AsArray().Select(line => (string?)line));
}
