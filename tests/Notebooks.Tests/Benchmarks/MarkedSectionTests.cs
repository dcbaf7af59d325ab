using AdvLib;
using AdvNotebooks.Benchmarks;
using AdvNotebooks.Tests.Course;

namespace AdvNotebooks.Tests.Benchmarks;

public sealed class MarkedSectionTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("peer")]
    [InlineData("recipe")]
    [InlineData("profile")]
    [InlineData("scaling")]
    [InlineData("steps")]
    public void The_page_on_performance_has_a_place_for_every_benchmark(string section) =>
        MarkedSection.Require(Path.Combine(CourseFolder.Root, "docs", "performance.md"), section);

    [Fact]
    public void Filling_twice_is_filling_once()
    {
        string path = _folder.Write("page.md", "# Page\n<!-- bench:a -->\n<!-- /bench:a -->\n<!-- bench:b -->\nb\n<!-- /bench:b -->\n");
        TableView[] tables = [new TableView("One", "x", "y").Row("1", "2"), new TableView("Two", "z").Row("3")];
        MarkedSection.Write(path, "a", tables);
        string once = File.ReadAllText(path);
        MarkedSection.Write(path, "a", tables);
        Assert.Equal(once, File.ReadAllText(path));
        Assert.Equal("# Page\n<!-- bench:a -->\n\nOne\n\n| x | y |\n| :-- | --: |\n| 1 | 2 |\n\nTwo\n\n| z |\n| :-- |\n| 3 |\n\n<!-- /bench:a -->\n<!-- bench:b -->\nb\n<!-- /bench:b -->\n", once);
    }

    [Theory]
    [InlineData("<!-- bench:a -->")]
    [InlineData("<!-- /bench:a --><!-- bench:a -->")]
    public void Half_a_section_is_none(string text)
    {
        string path = _folder.Write("page.md", text);
        Assert.Throws<BenchmarkException>(() => MarkedSection.Require(path, "a"));
        Assert.Throws<BenchmarkException>(() => MarkedSection.Write(path, "a", []));
        Assert.Equal(text, File.ReadAllText(path));
    }

    [Fact]
    public void A_file_that_is_not_there_is_named() =>
        Assert.Contains("none.md", Assert.Throws<BenchmarkException>(() => MarkedSection.Require(_folder.File("none.md"), "a")).Message, StringComparison.Ordinal);
}
