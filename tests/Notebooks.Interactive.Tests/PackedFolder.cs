using AdvNotebooks.Tests.Course;

namespace AdvNotebooks.Tests;

/// <summary>
/// The packages of this build in a folder, which is the only feed here, and a packages folder of their own to install them into: what a
/// reader's machine has under the same names is neither used nor changed.
/// </summary>
public sealed class PackedFolder : IAsyncLifetime
{
    /// <summary>What the packages are called here. No feed has this version.</summary>
    public const string Version = "0.1.0.20261126";

    private const string Usual = "NUGET_PACKAGES";
    /// <summary>The projects that are packages.</summary>
    public static readonly string[] Rooms =
    [
        "AdvLib", "AdvLib.Charts", "AdvLib.Data", "AdvLib.Display", "AdvLib.Engine", "AdvLib.Interactive", "AdvLib.Models", "AdvLib.Mpi",
        "AdvLib.Onnx", "AdvLib.Robustness", "AdvLib.TorchSharp", "AdvNotebooks.Cli",
    ];

    private readonly TempFolder _folder = new();
    private string _before = "";

    /// <summary>The feed.</summary>
    public string Feed => _folder.File("feed");

    /// <summary>The settings that name it.</summary>
    public string Config => _folder.File("NuGet.config");

    /// <summary>A file or folder beside them.</summary>
    public string File(string name) => _folder.File(name);

    public async ValueTask InitializeAsync()
    {
        await System.IO.File.WriteAllTextAsync(Config, """
            <configuration>
              <packageSources><clear /><add key="here" value="feed" /></packageSources>
            </configuration>
            """);
        string configuration = CourseFixture.Configuration;
        string projects = string.Join(';', Rooms.Select(room => Path.Combine(CourseFolder.Root, "src", room, room + ".csproj")));
        await System.IO.File.WriteAllTextAsync(_folder.File("pack.proj"), $"""
            <Project>
              <ItemGroup><Room Include="{projects}" /></ItemGroup>
              <Target Name="Pack">
                <MSBuild Projects="@(Room)" Targets="Pack"
                  Properties="Configuration={configuration};NoBuild=true;_IsPacking=true;Version={Version};PackageOutputPath={Feed}" />
              </Target>
            </Project>
            """);
        await RunAsync("dotnet", "msbuild", _folder.File("pack.proj"), "-t:Pack", "-v:quiet", "-nologo");
        // What they depend on lies where the build restored it. The cells' kernel restores in this very process's environment.
        _before = Environment.GetEnvironmentVariable(Usual) ?? "";
        Environment.SetEnvironmentVariable("NUGET_FALLBACK_PACKAGES", _before.Length > 0
            ? _before : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages"));
        Environment.SetEnvironmentVariable(Usual, _folder.File("packages"));
    }

    public ValueTask DisposeAsync()
    {
        Environment.SetEnvironmentVariable("NUGET_FALLBACK_PACKAGES", null);
        Environment.SetEnvironmentVariable(Usual, _before.Length > 0 ? _before : null);
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Runs a program in the folder, which must end well.</summary>
    /// <returns>What it printed.</returns>
    public async Task<string> RunAsync(string program, params string[] arguments)
    {
        (int code, string output) = await EndAsync(program, arguments);
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)}: {output}");
        return output;
    }

    /// <summary>Runs a program in the folder, without a way to any server.</summary>
    /// <returns>How it ended, and what it printed.</returns>
    public Task<(int Code, string Output)> EndAsync(string program, params string[] arguments) =>
        ShellProcess.RunAsync(_folder.Path, isOffline: true, program, arguments);
}
