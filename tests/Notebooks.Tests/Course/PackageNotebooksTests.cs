using System.Text.RegularExpressions;
using AdvNotebooks.Cli.Kernel;
using AdvNotebooks.Cli.Notebooks;
using AdvNotebooks.Cli.Packages;

namespace AdvNotebooks.Tests.Course;

/// <summary>The notebooks on optional packages: what they reference is what they declare, so that a feed without it skips them.</summary>
public sealed class PackageNotebooksTests
{
    public static TheoryData<string> Names => ["torchsharp.ipynb"];

    [Theory]
    [MemberData(nameof(Names))]
    public void ItDeclaresWhatItReferencesInAPinnedVersion(string name)
    {
        Notebook notebook = Notebook.Load(Path.Combine(CourseFolder.Root, "notebooks", "packages", name));
        PackageReference[] referenced = [.. notebook.CodeCells.SelectMany(cell => CellParser.Parse(cell.Source)).OfType<PackagePart>().Select(part => part.Package)];
        Assert.NotEmpty(referenced);
        Assert.Equal(notebook.Packages, referenced);
        Assert.All(referenced, package => Assert.NotNull(package.Version));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ItIsThinAndUsesNothingThatOneHostAloneHas(string name)
    {
        Notebook notebook = Notebook.Load(Path.Combine(CourseFolder.Root, "notebooks", "packages", name));
        Assert.Equal("#!import setup.csx", notebook.CodeCells[0].Source);
        Assert.Equal(notebook.Cells.Count, notebook.Cells.Select(cell => cell.Id).Distinct().Count());
        Assert.All(notebook.CodeCells, cell =>
        {
            Assert.True(cell.Source.Split('\n').Length <= 15, $"{cell.Id} is longer than 15 lines");
            Assert.False(Regex.IsMatch(cell.Source, @"(?<!\.)\bdisplay\(|\bHTML\(|\\r|Console\.Error"), cell.Id);
        });
    }
}
