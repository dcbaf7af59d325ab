using AdvNotebooks.Cli.Kernel;
using AdvNotebooks.Cli.Packages;

namespace AdvNotebooks.Tests.Kernel;

public sealed class CellParserTests
{
    [Fact]
    public void Code_without_directives_is_one_part()
        => Assert.Equal([new CodePart(1, "var x = 1;\n#nullable enable\nx")], CellParser.Parse("var x = 1;\r\n#nullable enable\r\nx"));

    [Fact]
    public void Directives_split_the_code_and_lines_keep_their_numbers()
        => Assert.Equal(
            [new CodePart(1, "var a = 1;"), new ImportPart(2, "setup.csx"), new ReferencePart(3, "x.dll"), new PackagePart(4, new PackageReference("A.B", "1.0.0")), new ImportPart(5, "y.csx"), new CodePart(7, "\n\n\n\n\n\na")],
            CellParser.Parse("var a = 1;\n#!import setup.csx\n#r \"x.dll\"\n#r \"nuget: A.B, 1.0.0\"\n#load \"y.csx\" // why\n\na"));

    [Fact]
    public void A_package_may_come_without_version_and_from_a_named_feed()
        => Assert.Equal(
            [new SourcePart(1, "../packages"), new PackagePart(2, new PackageReference("A-b", null)), new PackagePart(3, new PackageReference("C", "1.0.0-beta.2"))],
            CellParser.Parse("#i \"nuget: ../packages\"\n#r \"nuget:A-b\"\n#r \"nuget: C,1.0.0-beta.2\""));

    [Fact]
    public void A_blank_cell_has_no_parts() => Assert.Empty(CellParser.Parse(" \n\n"));

    [Theory]
    [InlineData("#region x")]
    [InlineData("#if DEBUG")]
    [InlineData("#restore")]
    public void Other_directives_are_the_compilers(string line) => Assert.IsType<CodePart>(Assert.Single(CellParser.Parse(line)));

    [Theory]
    [InlineData("1\n#!nope", 2, "#!nope")]
    [InlineData("1\n#!csharp --nope", 2, "#!csharp")]
    [InlineData("#!import", 1, "names no file")]
    [InlineData("#r x.dll", 1, "#r x.dll")]
    [InlineData("#i \"somewhere\"", 1, "not understood")]
    [InlineData("#r \"nuget: \"", 1, "No package in")]
    [InlineData("#r \"nuget: A, 1.0, 2.0\"", 1, "No package in")]
    [InlineData("#r \"nuget: A, <1.0>\"", 1, "No package in")]
    public void Unknown_and_malformed_directives_are_refused_by_line(string source, int line, string message)
    {
        var exception = Assert.Throws<DirectiveException>(() => CellParser.Parse(source));
        Assert.Equal(line, exception.Line);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }
}
