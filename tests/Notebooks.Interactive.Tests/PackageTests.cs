using System.IO.Compression;
using System.Text.Json;
using AdvNotebooks.Tests.Course;
using Microsoft.DotNet.Interactive.Events;

namespace AdvNotebooks.Tests;

/// <summary>The packages, installed from a folder where nothing of the repository is: they are enough.</summary>
[Collection(KernelSession.Tests)]
public sealed class PackageTests(PackedFolder packed) : IClassFixture<PackedFolder>
{
    private const string Train = """
        var data = Dataset.Load("synthetic", 600, 100, 42);
        var model = SimpleCnn.Create(data.Train.Shape, data.Train.Classes, seed: 42);
        new Trainer(model, new Adam(1e-3f)).Fit(data.Train, epochs: 15, batchSize: 20);
        """;

    private const string Attack = """
        var before = Evaluation.Of(model, data.Test).Accuracy;
        var broken = Evaluation.Under(new Fgsm(0.1f), model, data.Test).Accuracy;
        """;

    private const string Repair = """
        var batches = new MixedAdversarialBatches(model, data.Train, total: 50, epsilon: 0.1f, split: 0.5);
        new Trainer(model, new Adam(1e-3f)).Fit(batches, stepsPerEpoch: 24, epochs: 8);
        var repaired = Evaluation.Under(new Fgsm(0.1f), model, data.Test).Accuracy;
        """;

    private const string Found = "$\"{model.GetType()}: {before > broken + 0.4}, {repaired > broken + 0.4}\"";
    private const string Expected = "AdvLib.Sequential: True, True";

    public static TheoryData<string> Rooms => [.. PackedFolder.Rooms];

    [Theory]
    [MemberData(nameof(Rooms))]
    public async Task A_package_says_what_it_is_and_comes_with_symbols(string room)
    {
        string id = room == "AdvNotebooks.Cli" ? "advnb" : room;
        using ZipArchive package = ZipFile.OpenRead(Path.Combine(packed.Feed, $"{id}.{PackedFolder.Version}.nupkg"));
        using var shown = new StreamReader(package.GetEntry("README.md")!.Open());
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        string written = await File.ReadAllTextAsync(Path.Combine(CourseFolder.Root, "src", room, "README.md"), cancellation);
        Assert.Equal(written, await shown.ReadToEndAsync(cancellation));
        Assert.InRange(package.GetEntry("icon.png")!.Length, 100, 20_000);
        using ZipArchive symbols = ZipFile.OpenRead(Path.Combine(packed.Feed, $"{id}.{PackedFolder.Version}.snupkg"));
        Assert.Contains(symbols.Entries, entry => entry.Name == $"{id}.pdb");
    }

    [Fact]
    public async Task AdvLib_alone_trains_attacks_and_repairs_in_an_empty_program()
    {
        string folder = Directory.CreateDirectory(packed.File("program")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "program.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <UseAppHost>false</UseAppHost>
              </PropertyGroup>
              <ItemGroup><PackageReference Include="AdvLib" Version="{PackedFolder.Version}" /></ItemGroup>
            </Project>
            """, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), $"""
            using AdvLib;
            {Train}
            {Attack}
            {Repair}
            Console.WriteLine({Found});
            """, TestContext.Current.CancellationToken);
        string output = await packed.RunAsync("dotnet", "run", "--project", folder);
        Assert.Equal(Expected, output.TrimEnd().Split('\n')[^1].Trim());
    }

    [Fact]
    public async Task A_notebook_has_it_by_one_line_and_its_progress_and_Stop_by_another()
    {
        using var session = new KernelSession(packed.File("artifacts"));
        using var kernel = new InteractiveKernel();
        await RunAsync(kernel, $"#i \"nuget: {packed.Feed}\"");
        await RunAsync(kernel, $"#r \"nuget: AdvLib, {PackedFolder.Version}\"");
        await RunAsync(kernel, $"#r \"nuget: AdvLib.Interactive, {PackedFolder.Version}\"");
        await RunAsync(kernel, "using AdvLib;");
        CellRun training = await RunAsync(kernel, Train);
        Assert.Contains(training.Shown<DisplayedValueUpdated>("text/html"),
            html => html.Contains("<progress value=", StringComparison.Ordinal));
        await RunAsync(kernel, Attack);
        await RunAsync(kernel, Repair);
        Assert.Equal(Expected, (await RunAsync(kernel, Found)).Value);
    }

    [Fact]
    public async Task The_tool_installs_says_what_it_can_and_runs_a_notebook_that_asks_for_the_package()
    {
        await packed.RunAsync("dotnet", "tool", "install", "advnb", "--version", PackedFolder.Version, "--configfile", packed.Config,
            "--tool-path", packed.File("tool"));
        string advnb = Path.Combine(packed.File("tool"), "advnb");
        string help = await packed.RunAsync(advnb, "--help");
        Assert.All((string[])["run", "train", "sweep", "report", "view", "bench", "data"],
            name => Assert.Contains($"\n  {name} ", help, StringComparison.Ordinal));

        // Nothing there, and no server within reach: it says so.
        (int code, string said) = await packed.EndAsync(advnb, "data", "--dir", packed.File("mnist"));
        Assert.Equal(1, code);
        Assert.Contains("MNIST", said, StringComparison.Ordinal);

        // It brings AdvLib itself, and so answers the line that other hosts restore.
        string notebook = Notebook("#r \"nuget: AdvLib, 0.1.0\"", "using AdvLib;\n" + Train, Attack, Repair, Found);
        await File.WriteAllTextAsync(packed.File("tiny.ipynb"), notebook, TestContext.Current.CancellationToken);
        await packed.RunAsync(advnb, "run", "tiny.ipynb", "--output", packed.File("executed"));
        Assert.Equal(Expected, ExecutedNotebook.Read(Path.Combine(packed.File("executed"), "tiny.ipynb")).Cells[^1].Value);
    }

    private static string Notebook(params string[] cells) => JsonSerializer.Serialize(new
    {
        cells = cells.Select((source, i) => new
        {
            cell_type = "code",
            id = $"cell-{i}",
            metadata = new { },
            source,
            execution_count = (int?)null,
            outputs = Array.Empty<int>(),
        }),
        metadata = new { kernelspec = new { display_name = ".NET (C#)", language = "C#", name = ".net-csharp" } },
        nbformat = 4,
        nbformat_minor = 5,
    });

    private static async Task<CellRun> RunAsync(InteractiveKernel kernel, string cell)
    {
        CellRun run = await kernel.RunAsync(cell);
        Assert.True(run.Failure is null, $"{cell}: {run.Failure}");
        return run;
    }
}
