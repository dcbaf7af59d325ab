using System.Diagnostics;

namespace AdvLib.Tests;

/// <summary>
/// The same recipe in processes under other settings of the runtime, the country and the machine: the same bits in weights, adversaries,
/// checkpoints and reports, the same characters in tables, pictures, HTML and run.json.
/// </summary>
public sealed class SettingsTests(SettingsTests.Plain plain) : IClassFixture<SettingsTests.Plain>
{
    private static readonly string Other = Plain.Configuration == "Debug" ? "Release" : "Debug";

    public static TheoryData<string, string, string[]> Settings => new()
    {
        { "1", "1.5 is 1.5", [] },
        { "8", "1.5 is 1.5", [] },
        { "2", "server GC", ["DOTNET_gcServer=1"] },
        { "2", "workstation GC", ["DOTNET_gcConcurrent=1", "DOTNET_GCgen0size=400000"] },
        { "2", "1.5 is 1.5", ["DOTNET_TieredCompilation=0"] },
        { "2", "1.5 is 1.5", ["DOTNET_TieredPGO=0", "DOTNET_ReadyToRun=0"] },
        { "2", "culture 'de-DE', 1.5 is 1,5", ["LC_ALL=de_DE.UTF-8"] },
        { "2", "culture 'ar-SA', 1.5 is 1", ["LC_ALL=ar_SA.UTF-8"] },
        { "2", "culture 'tr-TR', 1.5 is 1,5", ["LC_ALL=tr_TR.UTF-8"] },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task Settings_change_nothing(string threads, string expected, string[] variables)
    {
        using var folder = new TempFolder();
        List<string> options = [];
        if (variables is [var variable] && variable.StartsWith("LC_ALL", StringComparison.Ordinal))
        {
            // The tests' own mode has no countries.
            await File.WriteAllTextAsync(
                folder["cultures.json"],
                """{ "runtimeOptions": { "tfm": "net10.0", "framework": { "name": "Microsoft.NETCore.App", "version": "10.0.0" }, "configProperties": { "System.Globalization.Invariant": false } } }""",
                TestContext.Current.CancellationToken);
            options = ["exec", "--runtimeconfig", folder["cultures.json"]];
        }

        await Same(expected, folder, [.. options, Plain.Child, "recipe", threads], variables);
    }

    [Fact]
    public async Task A_path_with_spaces_and_letters_of_any_alphabet_changes_nothing()
    {
        using var folder = new TempFolder();
        string program = folder["Zwölf Ziffern", "数字 é ğ"];
        Directory.CreateDirectory(program);
        foreach (string file in ((string[])["TestChild.*", "Adv*.dll", "System.Numerics.Tensors.dll"]).SelectMany(name => Directory.GetFiles(AppContext.BaseDirectory, name)))
            File.Copy(file, Path.Combine(program, Path.GetFileName(file)));
        await Same("1.5 is 1.5", folder, [Path.Combine(program, "TestChild.dll"), "recipe", "2"], [$"ADVLIB_ARTIFACTS={Path.Combine(program, "hergestellte Dateien")}"]);
        Assert.True(File.Exists(Path.Combine(program, "hergestellte Dateien", "run.json")));
    }

    [Fact]
    public async Task A_home_that_takes_no_files_changes_nothing()
    {
        using TempFolder folder = new(), home = new();
        home.Mount("size=64k");
        Directory.CreateDirectory(home[".local", "share"]);
        home.Mount("ro");
        await Same("1.5 is 1.5", folder, [Plain.Child, "recipe", "2"], [$"HOME={home.Root}", "XDG_CACHE_HOME="]);
    }

    [Fact]
    public async Task The_other_configurations_build_gives_the_same()
    {
        using var folder = new TempFolder();
        // In folders of its own: other tests build too. As in packing, it leaves the notebooks' setup at the build they have.
        string project = Path.GetFullPath(Path.Combine(GoldenFile.PathOf("."), "..", "TestChild"));
        ProcessStartInfo build = Plain.Start(folder, ["build", project, "-c", Other, "--artifacts-path", folder["build"], "-p:_IsPacking=true", "--disable-build-servers", "-v", "q", "-p:RunAnalyzers=false"]);
        foreach (string name in build.Environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToArray())
            build.Environment.Remove(name);
        build.Environment["HOME"] = Environment.GetEnvironmentVariable("HOME");
        await Plain.Run(build);
        await Same(Other, folder, [folder["build", "bin", "TestChild", Other.ToLowerInvariant(), "TestChild.dll"], "recipe", "2"], []);
    }

    private async Task Same(string expected, TempFolder folder, string[] arguments, string[] variables)
    {
        ProcessStartInfo start = Plain.Start(folder, arguments);
        foreach (string[] pair in variables.Select(variable => variable.Split('=', 2)))
            start.Environment[pair[0]] = pair[1];
        string[] lines = await Plain.Run(start);
        Assert.Contains(expected, lines[0], StringComparison.Ordinal);
        Assert.Equal(plain.Lines[1..], lines[1..]);
    }

    /// <summary>What the recipe gives on two threads under the usual settings.</summary>
    public sealed class Plain : IAsyncLifetime
    {
        public const string Configuration =
#if DEBUG
            "Debug";
#else
            "Release";
#endif

        public static readonly string Child = Path.Combine(AppContext.BaseDirectory, "TestChild.dll");

        public string[] Lines { get; private set; } = [];

        /// <summary>A process that knows nothing of this machine's data, and has a home of its own.</summary>
        internal static ProcessStartInfo Start(TempFolder folder, string[] arguments)
        {
            var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder.Root, RedirectStandardOutput = true, RedirectStandardError = true };
            (start.Environment["HOME"], start.Environment["XDG_CACHE_HOME"], start.Environment["ADVLIB_ARTIFACTS"]) = (folder.Root, folder["cache"], folder["artifacts"]);
            start.Environment["DOTNET_CLI_HOME"] = folder.Root;
            return start;
        }

        public static async Task<string[]> Run(ProcessStartInfo start)
        {
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.SkipWhen((await error).Contains("ICU", StringComparison.Ordinal), "There are no countries on this machine: libicu is missing.");
            Assert.True(process.ExitCode == 0, await output + await error);
            return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }

        public async ValueTask InitializeAsync()
        {
            using var folder = new TempFolder();
            Lines = await Run(Start(folder, [Child, "recipe", "2"]));
            Assert.Contains($"{Configuration}, workstation GC, culture ''", Lines[0], StringComparison.Ordinal);
            Assert.Equal("started True", Lines[1]);
            Assert.InRange(Lines.Length, 12, 20);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
