using System.Collections.Immutable;
using AdvNotebooks.Cli.Kernel;
using AdvNotebooks.Cli.Notebooks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;

namespace AdvNotebooks.Tests.Course;

/// <summary>
/// The course's cells compile as C# scripts, without a warning, with no more around them than every host gives: .NET Interactive's default
/// usings, the framework, and what <c>setup.csx</c> adds, <c>charts.csx</c> and <c>torchsharp.csx</c> from where they are imported, and TorchSharp's package. Nothing of this repository's own runner is there.
/// </summary>
public sealed class HostCompileTests
{
    private static readonly ScriptOptions Options = ScriptOptions.Default
        .WithLanguageVersion(LanguageVersion.Latest)
        .WithReferences(HostAssemblies.CreateReferences().Where(reference => HostAssemblies.IsFramework(Path.GetFileName(reference.Display!))))
        .WithImports("System", "System.Text", "System.Linq", "System.Collections", "System.Collections.Generic", "System.Threading.Tasks");

    // As a host runs setup.csx: up to the import, then what it imports.
    private static Script<object> Setup() => Compile(Compile(null, Text("setup.csx").Replace("#!import built.csx", "", StringComparison.Ordinal), "setup.csx"), Text("built.csx"), "built.csx");

    private static string Text(string name) => File.ReadAllText(Path.Combine(CourseFolder.Root, "notebooks", name));

    // TorchSharp's, which the build has restored and noted: the one package that the course asks a host for.
    private static string Packages()
    {
        string engine = Text("torchsharp.csx").Split('"')[1];
        return string.Join('\n', File.ReadLines(Path.ChangeExtension(engine, ".packages")).Select(path => $"#r \"{path}\""));
    }

    public static TheoryData<string> Names => [.. CourseFolder.Notebooks.Select(path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_cell_compiles_without_a_warning(string name)
    {
        Script<object> script = Setup();
        foreach (NotebookCell cell in Notebook.Load(CourseFolder.Notebook(name)).CodeCells)
        {
            // Each host knows these lines by itself.
            if (cell.Source is "#!import charts.csx" or "#!import torchsharp.csx")
                script = Compile(script, Text(cell.Source.Split(' ')[1]), cell.Source);
            else if (cell.Source.StartsWith("#r \"nuget:", StringComparison.Ordinal))
                script = Compile(script, Packages(), cell.Source);
            else if (cell.Source != "#!import setup.csx")
                script = Compile(script, cell.Source, $"{name}, cell {cell.Id}");
        }
    }

    [Theory]
    [InlineData("display(1);")]
    [InlineData("HTML(\"<b>\")")]
    [InlineData("File.Exists(\"x\")")]
    [InlineData("#!html\n1")]
    [InlineData("string? name = null;")]
    [InlineData("int One() { var two = 2; return 1; }")]
    [InlineData("AdvNotebooks.Cli.Kernel.NotebookFunctions.display(1);")]
    public void What_only_one_host_takes_or_warns_of_is_found(string cell) =>
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Compile(Setup(), cell, "a cell"));

    private static Script<object> Compile(Script<object>? before, string code, string name)
    {
        // Roslyn takes a first line that begins so for a Unix script's.
        Assert.False(code.StartsWith("#!", StringComparison.Ordinal), $"{name}: {code}");
        Script<object> script = before is null ? CSharpScript.Create<object>(code, Options) : before.ContinueWith<object>(code, Options);
        ImmutableArray<Diagnostic> diagnostics = script.GetCompilation().GetDiagnostics(TestContext.Current.CancellationToken);
        Assert.True(diagnostics.All(diagnostic => diagnostic.Severity < DiagnosticSeverity.Warning), $"{name}: {string.Join('\n', diagnostics)}");
        return script;
    }
}
