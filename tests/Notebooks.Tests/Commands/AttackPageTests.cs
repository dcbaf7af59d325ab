using System.Diagnostics;
using System.Text.RegularExpressions;
using AdvLib.Tests;
using AdvNotebooks.Tests.Course;

namespace AdvNotebooks.Tests.Commands;

/// <summary>docs/attack-your-model.md: its files are written and its lines executed, in its order.</summary>
public sealed partial class AttackPageTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_line_of_the_page_does_what_it_says()
    {
        await PythonProcess.Require("torch");
        await PythonProcess.Require("PIL");
        string page = (await File.ReadAllTextAsync(Path.Combine(CourseFolder.Root, "docs", "attack-your-model.md"),
            TestContext.Current.CancellationToken)).ReplaceLineEndings("\n");
        var tables = new List<string>();
        int lines = 0;
        foreach (Match block in Block().Matches(page))
        {
            if (block.Groups["file"].Value is { Length: > 0 } file)
            {
                _folder.Write(file, block.Groups["text"].Value);
                continue;
            }

            Assert.Equal("sh", block.Groups["language"].Value);
            foreach (string line in block.Groups["text"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                lines++;
                string[] parts = Regex.Split(line, " {2,}");
                (int code, string output) = await Run(parts[0].Split(' '));
                Assert.True(code == (parts.Length > 1 && parts[1] == "exit code 3" ? 3 : 0), $"{line}: {code}\n{output}");
                if (output.Contains("Robustness on", StringComparison.Ordinal))
                    tables.Add(output.Split("Robustness on")[1].Split("The numbers:")[0]);
            }
        }

        // One process, the same put together again, and two shards.
        Assert.Equal((6, 3), (lines, tables.Count));
        Assert.Single(tables.Distinct());
        Assert.Contains("AutoAttack", tables[0], StringComparison.Ordinal);
        string report = await File.ReadAllTextAsync(_folder.File("report.html"), TestContext.Current.CancellationToken);
        Assert.Contains("Classes: 0 blue, 1 green, 2 red.", report, StringComparison.Ordinal);
        Assert.DoesNotContain("http://", report.Replace("http://www.w3.org/", "", StringComparison.Ordinal), StringComparison.Ordinal);

        // And without what the file does not say, a question.
        File.Delete(_folder.File("model.json"));
        (int asked, string question) = await Run(["advnb", "attack", "model.pt", "--data", "pictures"]);
        Assert.Equal(2, asked);
        Assert.Contains("nothing says what model.pt wants subtracted from its pixels", question, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Output)> Run(string[] words)
    {
        ProcessStartInfo start = words[0] switch
        {
            "advnb" => AdvnbProcess.StartInfo(_folder.Path, words[1..]),
            "python3" => new ProcessStartInfo("/usr/bin/python3", words[1..])
            {
                WorkingDirectory = _folder.Path,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
            _ => throw new InvalidOperationException($"The page starts {words[0]}, which this test does not know."),
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output + await error);
    }

    [GeneratedRegex("^```(?<language>[a-z]+)(?: (?<file>\\S+))?\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
