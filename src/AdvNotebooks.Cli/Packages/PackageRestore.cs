using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security;
using System.Text;
using System.Text.RegularExpressions;

namespace AdvNotebooks.Cli.Packages;

/// <summary>
/// Restores packages through the installed SDK: a project generated for the purpose, and the feeds
/// that this machine's NuGet is configured with.
/// </summary>
internal static partial class PackageRestore
{
    /// <summary>Restores packages together, so that what they share has one version.</summary>
    /// <param name="packages">The packages.</param>
    /// <param name="sources">Feeds or folders besides the configured ones.</param>
    /// <param name="folder">Where the search for a <c>NuGet.config</c> begins: the notebook's folder.</param>
    /// <param name="cancellation">Ends the restore.</param>
    /// <returns>Their files, and those of what they depend on.</returns>
    /// <exception cref="PackageException">A package cannot be had, or there is no SDK.</exception>
    public static async Task<RestoredPackages> RunAsync(
        IReadOnlyCollection<PackageReference> packages, IReadOnlyCollection<string> sources, string folder, CancellationToken cancellation)
    {
        DirectoryInfo scratch = Directory.CreateTempSubdirectory("advnb-");
        try
        {
            string project = Path.Combine(scratch.FullName, "packages.csproj");
            await File.WriteAllTextAsync(project, Project(packages, sources, folder), cancellation);
            (int code, string output) = await RestoreAsync(project, cancellation);
            return code == 0
                ? RestoredPackages.Read(Path.Combine(scratch.FullName, "obj", "project.assets.json"), RuntimeInformation.RuntimeIdentifier)
                : throw Failure(packages, output);
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    private static string Reference(PackageReference package) =>
        $"""<PackageReference Include="{package.Id}" Version="{(package.Version is { } version ? $"[{version}]" : "*")}" />""";

    // An exact version in brackets: NuGet would otherwise take a later one where the feed lacks it.
    private static string Project(IEnumerable<PackageReference> packages, IEnumerable<string> sources, string folder) => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net{Environment.Version.Major}.0</TargetFramework>
            <RuntimeIdentifier>{RuntimeInformation.RuntimeIdentifier}</RuntimeIdentifier>
            <RestoreRootConfigDirectory>{SecurityElement.Escape(folder)}</RestoreRootConfigDirectory>
            <RestoreAdditionalProjectSources>{SecurityElement.Escape(string.Join(';', sources))}</RestoreAdditionalProjectSources>
          </PropertyGroup>
          <ItemGroup>
            <FrameworkReference Include="Microsoft.AspNetCore.App" />
            {string.Concat(packages.Select(Reference))}
          </ItemGroup>
        </Project>
        """;

    private static async Task<(int Code, string Output)> RestoreAsync(string project, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("dotnet", ["restore", project, "--nologo", "--verbosity", "quiet",
            "-p:ImportDirectoryBuildProps=false", "-p:ImportDirectoryBuildTargets=false", "-p:ImportDirectoryPackagesProps=false"])
        {
            WorkingDirectory = Path.GetDirectoryName(project),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        using Process process = Start(start);
        process.StandardInput.Close();
        var output = new StringBuilder();
        DataReceivedEventHandler collect = (_, line) =>
        {
            lock (output)
                output.AppendLine(line.Data);
        };
        process.OutputDataReceived += collect;
        process.ErrorDataReceived += collect;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return (process.ExitCode, output.ToString());
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new PackageException(
                "The .NET SDK was not found; packages are restored through it.", "the command dotnet.", "Install the .NET SDK.", []);
        }
    }

    private static PackageException Failure(IReadOnlyCollection<PackageReference> packages, string output)
    {
        Match[] errors = [.. Error().Matches(output).DistinctBy(match => match.Groups["text"].Value)];
        string[] missing = [.. errors.Select(error => MissingPackage().Match(error.Groups["text"].Value)).Where(match => match.Success)
            .Select(match => match.Groups["id"].Value)
            .Select(id => packages.FirstOrDefault(package => package.Id.Equals(id, StringComparison.OrdinalIgnoreCase))?.ToString() ?? id)
            .Distinct()];
        if (missing.Length > 0)
            return new PackageException($"{Word(missing.Length)} {string.Join(" and ", missing)} not found on the configured feed.",
                "packages that the feed has.", "Correct id and version, or add a feed that has them to NuGet.config.", missing);
        if (errors.Any(error => error.Groups["code"].Value == "NU1301"))
            return new PackageException($"The configured feed cannot be reached for {string.Join(" and ", packages)}.",
                "a feed within reach.", "Check the network and NuGet.config.", [.. packages.Select(package => package.ToString())]);
        string first = errors.Length > 0 ? errors[0].Groups["text"].Value.Trim() : output.Trim();
        return new PackageException(
            $"{string.Join(" and ", packages)} cannot be restored: {first}", "packages that fit together.", "Correct the versions.", []);
    }

    private static string Word(int count) => count == 1 ? "Package" : "Packages";

    [GeneratedRegex(@"error (?<code>NU\d+):(?<text>.*?)(?:\[[^\]]*\])?\r?$", RegexOptions.Multiline)]
    private static partial Regex Error();

    [GeneratedRegex(@"Unable to find (?:a stable )?package '?(?<id>[\w.-]*\w)")]
    private static partial Regex MissingPackage();
}
