using System.Text.RegularExpressions;
using AdvNotebooks.Tests.Course;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AdvNotebooks.Tests;

/// <summary>What a package's README shows compiles: with what a reader has by then, and what the project's build gives.</summary>
public sealed partial class PackageReadmeTests
{
    // A reader's own, where the README does not make them.
    private const string Reader = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using static Reader;
        using AdvLib;
        static class Reader
        {
            public static Dataset data = null!;
            public static INetwork model = null!, surrogate = null!;
            public static float[] images = [], gradient = [];
            public static int[] labels = [];
        }
        """;

    public static TheoryData<string> Rooms => [.. Directory.GetDirectories(Path.Combine(CourseFolder.Root, "src"), "AdvLib*")
        .Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void ItsCodeCompiles(string room)
    {
        string code = Code().Match(File.ReadAllText(Path.Combine(CourseFolder.Root, "src", room, "README.md"))).Groups[1].Value;
        Assert.Contains("using AdvLib;", code, StringComparison.Ordinal);
        // A notebook's cell; Notebooks.Interactive.Tests runs one.
        if (code.StartsWith("#r ", StringComparison.Ordinal))
            return;
        // The framework, and all that the command line is built on.
        string[] built = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator).DistinctBy(Path.GetFileName)];
        string configuration = Path.GetFileName(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)))!;
        string[] own = [.. ((string[])["AdvLib.TorchSharp", "AdvLib.Onnx"]).Select(name =>
            Path.Combine(CourseFolder.Root, "src", name, "bin", configuration, "net10.0", name + ".dll"))];
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        var compilation = CSharpCompilation.Create(room,
            new[] { Reader, code }.Select(text => CSharpSyntaxTree.ParseText(text, cancellationToken: cancellation)),
            [.. built.Concat(own).Select(path => MetadataReference.CreateFromFile(path))],
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        Assert.DoesNotContain(compilation.GetDiagnostics(cancellation), diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning);
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Code();
}
