using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using AdvNotebooks.Tests.Course;

namespace AdvNotebooks.Tests;

/// <summary>What <c>dotnet pack</c> makes of the projects.</summary>
public sealed class PackTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AdvLib_comes_with_readme_licence_and_symbols_and_without_the_folder_it_was_built_in()
    {
        string setup = await File.ReadAllTextAsync(Path.Combine(CourseFolder.Root, "notebooks", "built.csx"), TestContext.Current.CancellationToken);
        await DotNet("pack", "src/AdvLib", "-o", _folder.File("packages"), "--disable-build-servers");
        Assert.Equal(2, Directory.GetFiles(_folder.File("packages")).Length);
        using ZipArchive package = Open("AdvLib.*.nupkg"), symbols = Open("AdvLib.*.snupkg");
        Assert.NotNull(symbols.GetEntry("lib/net10.0/AdvLib.pdb"));
        Assert.NotNull(package.GetEntry("lib/net10.0/AdvLib.xml"));
        string nuspec = Encoding.UTF8.GetString(Read(package, "AdvLib.nuspec"));
        Assert.Contains("<license type=\"expression\">MIT</license>", nuspec, StringComparison.Ordinal);
        Assert.Contains("<readme>README.md</readme>", nuspec, StringComparison.Ordinal);
        // The rooms that it stands on, the engine that it does not know and its reader needs, and one package.
        Assert.Equal(["AdvLib.Data", "AdvLib.Display", "AdvLib.Engine", "AdvLib.Models", "System.Numerics.Tensors"], Dependencies(nuspec));
        Assert.Contains("<dependency id=\"AdvLib.Engine\" version=\"0.1.0\" exclude=\"Build,Analyzers\" />", nuspec, StringComparison.Ordinal);
        Assert.Contains("<icon>icon.png</icon>", nuspec, StringComparison.Ordinal);
        Assert.Equal(await FileAsync("src", "AdvLib", "README.md"), Read(package, "README.md"));
        Assert.Equal(await FileAsync("docs", "pictures", "icon.png"), Read(package, "icon.png"));

        foreach (byte[] file in (byte[][])[Read(package, "lib/net10.0/AdvLib.dll"), Read(symbols, "lib/net10.0/AdvLib.pdb"), Encoding.UTF8.GetBytes(nuspec)])
            Assert.True(file.AsSpan().IndexOf(Encoding.UTF8.GetBytes(CourseFolder.Root)) < 0 && file.AsSpan().IndexOf(Encoding.Unicode.GetBytes(CourseFolder.Root)) < 0);

        Assert.Equal(setup, await File.ReadAllTextAsync(Path.Combine(CourseFolder.Root, "notebooks", "built.csx"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task AdvLib_TorchSharp_brings_libtorch_by_its_package_and_nothing_of_the_build()
    {
        string setup = await File.ReadAllTextAsync(Path.Combine(CourseFolder.Root, "notebooks", "torchsharp.csx"), TestContext.Current.CancellationToken);
        await DotNet("pack", "src/AdvLib.TorchSharp", "-o", _folder.File("packages"), "--disable-build-servers");
        using ZipArchive package = Open("AdvLib.TorchSharp.*.nupkg");
        Assert.Equal(["lib/net10.0/AdvLib.TorchSharp.dll", "lib/net10.0/AdvLib.TorchSharp.xml"],
            package.Entries.Select(entry => entry.FullName).Where(name => name.StartsWith("lib/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(package.Entries, entry => entry.FullName.EndsWith(".packages", StringComparison.Ordinal) || entry.FullName.StartsWith("runtimes/", StringComparison.Ordinal));
        Assert.Equal(["AdvLib.Data", "AdvLib.Display", "AdvLib.Models", "TorchSharp-cpu"], Dependencies(Encoding.UTF8.GetString(Read(package, "AdvLib.TorchSharp.nuspec"))));
        Assert.Equal(setup, await File.ReadAllTextAsync(Path.Combine(CourseFolder.Root, "notebooks", "torchsharp.csx"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Only_the_libraries_and_the_tool_are_packages()
    {
        string[] projects = [.. ((string[])["src", "tests", "benchmarks"]).SelectMany(folder => Directory.GetFiles(Path.Combine(CourseFolder.Root, folder), "*.csproj", SearchOption.AllDirectories))];
        // Directory.Build.props says it for what is called Tests.
        IEnumerable<string> packages = projects.Where(path => !path.EndsWith(".Tests.csproj", StringComparison.Ordinal) && !Regex.IsMatch(File.ReadAllText(path), @"<PropertyGroup>(?:(?!</PropertyGroup>)[\s\S])*<IsPackable>false"));
        Assert.Equal(
            ["AdvLib.Charts.csproj", "AdvLib.Data.csproj", "AdvLib.Display.csproj", "AdvLib.Engine.csproj", "AdvLib.Interactive.csproj", "AdvLib.Models.csproj", "AdvLib.Mpi.csproj",
                "AdvLib.Onnx.csproj", "AdvLib.Robustness.csproj", "AdvLib.TorchSharp.csproj", "AdvLib.csproj", "AdvNotebooks.Cli.csproj"],
            packages.Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
    }

    private static Task<byte[]> FileAsync(params string[] path) =>
        File.ReadAllBytesAsync(Path.Combine([CourseFolder.Root, .. path]), TestContext.Current.CancellationToken);

    private static IEnumerable<string> Dependencies(string nuspec) =>
        Regex.Matches(nuspec, "<dependency id=\"([^\"]+)\"").Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal);

    private ZipArchive Open(string pattern) => ZipFile.OpenRead(Assert.Single(Directory.GetFiles(_folder.File("packages"), pattern)));

    private static byte[] Read(ZipArchive archive, string name)
    {
        using var content = new MemoryStream();
        using Stream entry = archive.GetEntry(name)!.Open();
        entry.CopyTo(content);
        return content.ToArray();
    }

    private static async Task DotNet(params string[] arguments)
    {
        (int code, string output) = await ShellProcess.RunAsync(CourseFolder.Root, isOffline: false, "dotnet", arguments);
        Assert.True(code == 0, output);
    }
}
