using System.Text.Json;
using AdvNotebooks.Tests.Course;

namespace AdvNotebooks.Tests.Commands;

/// <summary>What the README's first command restores and builds.</summary>
public sealed class FirstMinuteTests
{
    private static readonly string[] NotForRunning = ["TorchSharp", "libtorch", "Playwright", "xunit", "BenchmarkDotNet", "Testing", "OnnxRuntime"];

    [Fact]
    public void It_restores_nothing_that_running_notebooks_does_not_need()
    {
        using JsonDocument assets = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(CourseFolder.Root, "src", "AdvNotebooks.Cli", "obj", "project.assets.json")));
        string[] libraries = [.. assets.RootElement.GetProperty("libraries").EnumerateObject().Select(library => library.Name)];
        Assert.Contains(libraries, name => name.StartsWith("System.CommandLine/", StringComparison.Ordinal));
        Assert.DoesNotContain(libraries, name => NotForRunning.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase)));
    }
}
