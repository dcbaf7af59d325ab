using System.Text.RegularExpressions;
using Microsoft.DotNet.Interactive.Events;

namespace AdvNotebooks.Tests;

/// <summary>The whole numbered course, executed cell by cell by the kernel of .NET Interactive.</summary>
[Collection(KernelSession.Tests)]
public sealed partial class CourseTests(CourseFixture course) : IClassFixture<CourseFixture>
{
    [Fact]
    public async Task EveryCellRunsWithoutAWarningAndSaysWhatAdvnbsSays()
    {
        using var session = new KernelSession(course.Artifacts);
        var trainings = new List<string>();
        foreach (ExecutedNotebook notebook in course.Notebooks)
        {
            using var kernel = new InteractiveKernel();
            foreach ((string id, string source, string? value) in notebook.Cells)
            {
                CellRun run = await kernel.RunAsync(source);
                Assert.True(run.Failure is null, $"{notebook.Name}, {id}: {run.Failure}");
                Assert.True(run.Warnings.Length == 0, $"{notebook.Name}, {id}: {run.Warnings}");
                if (id == "saw")
                    Assert.Equal(WithoutTimes(value!), WithoutTimes(run.Value!));
                if (run.Events.OfType<DisplayedValueUpdated>().Any())
                    trainings.Add($"{notebook.Name[..2]} {id}");
                // The kernel's own output of a package's installation is another's.
                if (!source.Contains("#r \"nuget:", StringComparison.Ordinal))
                    AssertLive(run);
            }
        }

        // Both trainings of the recipe kept an output of their cell up to date.
        Assert.Contains(trainings, cell => cell.StartsWith("02 ", StringComparison.Ordinal));
        Assert.Contains(trainings, cell => cell.StartsWith("04 ", StringComparison.Ordinal));
    }

    // One output that begins with a bar, is updated as markup, and ends without the bar.
    private static void AssertLive(CellRun run)
    {
        string[] updates = run.Shown<DisplayedValueUpdated>("text/html");
        if (updates.Length == 0)
            return;
        Assert.Contains("<progress value=", run.Shown<DisplayedValueProduced>("text/html")[0], StringComparison.Ordinal);
        Assert.All(updates, update => Assert.StartsWith("<", update.TrimStart(), StringComparison.Ordinal));
        Assert.DoesNotContain("<progress", updates[^1], StringComparison.Ordinal);
        Assert.DoesNotContain(run.Shown<StandardOutputValueProduced>("text/plain"), line => line.StartsWith("epoch ", StringComparison.Ordinal));
    }

    private static string WithoutTimes(string text) => Seconds().Replace(text.Trim(), "some time");

    [GeneratedRegex(@"\d+(\.\d+)? (s|min)\b")]
    private static partial Regex Seconds();
}
