using System.Diagnostics;
using System.Text.Json.Nodes;

namespace AdvLib.Charts.Tests;

/// <summary>
/// .NET Interactive's tool itself, as Jupyter and Polyglot Notebooks start it. Its FSharp.Core is older than the one that Plotly.NET asks
/// for, which no program of our own can stand for.
/// </summary>
public sealed class InteractiveToolTests
{
    private const string Version = "1.0.712001";

    [Fact]
    public async Task Charts_of_both_packages_are_shown_and_styled_with_the_one_FSharp_Core_of_the_tool()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("advlib-tool-");
        try
        {
            string tool = await Install(folder.FullName);
            await Check(tool);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> Install(string folder)
    {
        using Process install = Process.Start(new ProcessStartInfo("dotnet", ["tool", "install", "Microsoft.dotnet-interactive", "--version", Version, "--tool-path", folder]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> output = install.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string error = await install.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await install.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(install.ExitCode == 0, $"{await output}{error}");
        return Path.Combine(folder, OperatingSystem.IsWindows() ? "dotnet-interactive.exe" : "dotnet-interactive");
    }

    private static async Task Check(string tool)
    {
        string[] shown = await Run(tool,
            "#!import setup.csx",
            "#!import charts.csx",
            """var line = new LineChart("Seeds", "split", "accuracy").Add("clean", new[] { 0.0, 1 }, new[] { 0.9, 0.8 }, new[] { 0.8, 0.7 }, new[] { 1, 0.9 });""",
            "line.ToPlotly()",
            "line.ToXPlot()",
            "using Plotly.NET.CSharp;\nChart.Combine(new[] { line.ToPlotly(), Chart.Line<double, double, string>(new[] { 0.0, 1 }, new[] { 0.0, 1 }) }).WithXAxisStyle<double, double, string>(TitleText: \"x\")",
            """string.Join(" ", AppDomain.CurrentDomain.GetAssemblies().Where(a => a.GetName().Name == "FSharp.Core").Select(a => a.GetName().Version))""");
        Assert.Equal(4, shown.Length);
        Assert.All(shown[..3], html => Assert.StartsWith("<div class=\"advlib-chart\"", html, StringComparison.Ordinal));
        Assert.True(System.Version.TryParse(shown[3], out _), $"FSharp.Core: {shown[3]}");
    }

    // The first form of each value that the cells end with.
    private static async Task<string[]> Run(string tool, params string[] cells)
    {
        using Process process = Process.Start(new ProcessStartInfo(tool, ["stdio", "--default-kernel", "csharp"]) { WorkingDirectory = Path.Combine(Repository.Root, "notebooks"), RedirectStandardInput = true, RedirectStandardOutput = true })!;
        List<string> shown = [];
        try
        {
            for (int i = 0; i < cells.Length; i++)
            {
                var command = new JsonObject { ["token"] = $"{i}", ["commandType"] = "SubmitCode", ["command"] = new JsonObject { ["code"] = cells[i], ["targetKernelName"] = "csharp" } };
                await process.StandardInput.WriteLineAsync(command.ToJsonString());
                await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
                for (string? kind = null; kind != "CommandSucceeded";)
                {
                    string text = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)
                        ?? throw new InvalidOperationException("The tool ended.");

                    // What restores packages for the tool may write beside its events.
                    if (!text.StartsWith('{'))
                        continue;
                    JsonNode line = JsonNode.Parse(text)!;
                    if ((string?)line["command"]?["token"] != $"{i}")
                        continue;
                    kind = (string?)line["eventType"];
                    Assert.True(kind != "CommandFailed", $"{cells[i]}\n{line["event"]?["message"]}");
                    if (kind == "ReturnValueProduced")
                        shown.Add((string)line["event"]!["formattedValues"]![0]!["value"]!);
                }
            }
        }
        finally
        {
            process.Kill();
        }

        return [.. shown];
    }
}
