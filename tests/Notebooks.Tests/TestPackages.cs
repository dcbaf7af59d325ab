using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AdvNotebooks.Cli.Kernel;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AdvNotebooks.Tests;

/// <summary>Packages made on the spot in a folder that is the only feed a notebook beside its NuGet.config has.</summary>
internal sealed class TestPackages
{
    private readonly TempFolder _folder;

    public TestPackages(TempFolder folder)
    {
        _folder = folder;
        Directory.CreateDirectory(Feed);
        folder.Write("NuGet.config", """
            <configuration>
              <config><add key="globalPackagesFolder" value="global" /></config>
              <packageSources><clear /><add key="here" value="feed" /></packageSources>
            </configuration>
            """);
    }

    public string Feed => _folder.File("feed");

    // It would come before the folder that the NuGet.config names, and then hold what another test has packed under the same name.
    [ModuleInitializer]
    internal static void ForgetTheUsualFolder() => Environment.SetEnvironmentVariable("NUGET_PACKAGES", null);

    /// <summary>Compiles and packs a library.</summary>
    /// <param name="id">Package and assembly.</param>
    /// <param name="version">Version.</param>
    /// <param name="code">C#.</param>
    /// <param name="uses">Libraries made before that it needs, with versions.</param>
    /// <param name="native">A native library's file to pack, and the name it gets.</param>
    /// <param name="extends">Whether it is an extension of .NET Interactive.</param>
    /// <param name="feed">Another folder to put it in.</param>
    public void Add(string id, string version, string code, (string Id, string Version)[]? uses = null, (string File, string Name)? native = null, bool extends = false, string? feed = null)
    {
        uses ??= [];
        string assembly = _folder.File(id + ".dll");
        var compilation = CSharpCompilation.Create(id, [CSharpSyntaxTree.ParseText(code, cancellationToken: TestContext.Current.CancellationToken)],
            [.. HostAssemblies.CreateReferences(), .. uses.Select(used => MetadataReference.CreateFromFile(_folder.File(used.Id + ".dll")))],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        var result = compilation.Emit(assembly, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));

        string dependencies = string.Concat(uses.Select(used => $"""<dependency id="{used.Id}" version="{used.Version}" />"""));
        using ZipArchive archive = ZipFile.Open(Path.Combine(feed ?? Feed, $"{id}.{version}.nupkg"), ZipArchiveMode.Create);
        using (var nuspec = new StreamWriter(archive.CreateEntry(id + ".nuspec").Open()))
        {
            nuspec.Write($"""
                <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
                  <metadata><id>{id}</id><version>{version}</version><authors>test</authors><description>test</description>
                    <dependencies><group targetFramework="net8.0">{dependencies}</group></dependencies></metadata>
                </package>
                """);
        }

        archive.CreateEntryFromFile(assembly, $"lib/net8.0/{id}.dll");
        if (extends)
            archive.CreateEntryFromFile(assembly, $"interactive-extensions/dotnet/{id}.dll");
        if (native is { } library)
            archive.CreateEntryFromFile(library.File, $"runtimes/{RuntimeInformation.RuntimeIdentifier}/native/{library.Name}");
    }
}
