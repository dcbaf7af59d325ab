using System.Diagnostics;
using AdvNotebooks.Tests.Course;

namespace AdvNotebooks.Tests;

/// <summary>The numbered course, run by advnb on little synthetic data: its executed copies are what .NET Interactive runs again.</summary>
public sealed class CourseFixture : IAsyncLifetime
{
    // Below the notebooks' own quick values, because the course runs twice.
    private static readonly string[] Values =
    [
        "dataset=synthetic", "trainCount=1000", "testCount=100", "epochs=2", "batchSize=25", "steps=8", "attackSteps=2",
        "queries=20", "testImages=12", "trainImages=400", "rated=20", "reportImages=5",
    ];

    private readonly TempFolder _folder = new();

    /// <summary>A folder for the artifacts of the kernel's own run.</summary>
    public string Artifacts => _folder.File("kernel");

    /// <summary>The executed notebooks, in order.</summary>
    public IReadOnlyList<ExecutedNotebook> Notebooks { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        string program = Path.Combine(CourseFolder.Root, "src", "AdvNotebooks.Cli", "bin", Configuration, "net10.0", "advnb.dll");
        var start = new ProcessStartInfo("dotnet", [program, "run", "--all", "--quick", "--output", _folder.File("executed"), .. Values.SelectMany(value => (string[])["-p", value])])
        {
            WorkingDirectory = CourseFolder.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ADVLIB_ARTIFACTS"] = _folder.File("advnb");
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{await output}\n{error}");
        Notebooks = [.. CourseFolder.Notebooks.Select(path => ExecutedNotebook.Read(Path.Combine(_folder.File("executed"), Path.GetFileName(path))))];
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Tests are built as what they test is.</summary>
    internal static string Configuration => Path.GetFileName(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)))!;
}
