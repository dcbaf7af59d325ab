using System.CommandLine;
using System.Diagnostics;
using System.Text.RegularExpressions;
using AdvNotebooks.Cli.Commands;
using AdvNotebooks.Cli.Runner;
using AdvNotebooks.Tests.Course;

namespace AdvNotebooks.Tests.Commands;

/// <summary>Every command line that README and docs show is one that advnb takes; the cheap ones are run.</summary>
public sealed partial class CommandLinesTests
{
    private const int Least = 25;

    public static TheoryData<string> Shown =>
        [.. Directory.GetFiles(Path.Combine(CourseFolder.Root, "docs"), "*.md").Prepend(Path.Combine(CourseFolder.Root, "README.md")).SelectMany(CommandLines).Distinct()];

    public static TheoryData<string> Cheap => [.. Shown.Select(row => row.Data).Where(line => line.StartsWith("results ", StringComparison.Ordinal))];

    [Fact]
    public void They_are_found() => Assert.InRange(Shown.Count, Least, 1000);

    [Theory]
    [MemberData(nameof(Shown))]
    public void A_command_line_is_taken(string line)
    {
        ParseResult parsed = AdvnbCommand.Create().Parse(Words(line));
        Assert.Empty(AdvnbCommand.Errors(parsed));
        // Notebooks, names of parameters, values.
        if (parsed.CommandResult.Command.Name == RunCommand.Name)
        {
            string output = Path.Combine(Path.GetTempPath(), "advnb-tests", "no-such-folder");
            Assert.NotEmpty(RunPlan.Create(RunCommand.Read(parsed) with { Output = output, Resume = false }, Path.Combine(CourseFolder.Root, "notebooks"), output));
        }
    }

    [Theory]
    [MemberData(nameof(Cheap))]
    public async Task A_cheap_one_runs(string line)
    {
        using Process process = Process.Start(AdvnbProcess.StartInfo(CourseFolder.Root, Words(line)))!;
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await error);
        Assert.Contains("| --: |", output, StringComparison.Ordinal);
    }

    // In a block a line each, with what it does behind some spaces; in a sentence between backquotes.
    private static IEnumerable<string> CommandLines(string path)
    {
        string text = File.ReadAllText(path).ReplaceLineEndings("\n");
        IEnumerable<string> blocks = Block().Matches(text).SelectMany(block => block.Groups[1].Value.Split('\n')).Select(line => Comment().Replace(line, ""));
        IEnumerable<string> sentences = Code().Matches(Block().Replace(text, "")).Select(code => code.Groups[1].Value.Replace('\n', ' '));
        return blocks.Concat(sentences).Select(line => Start().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value.Trim())
            .Where(line => !line.Contains('…', StringComparison.Ordinal));
    }

    private static string[] Words(string line) => line.Replace("$SLURM_ARRAY_TASK_ID", "0", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex("^```.*?\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"(?<=\S) {2,}\S.*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"(?:^|\s)(?:advnb|dotnet run --project src/AdvNotebooks\.Cli --) ([a-z].*)$")]
    private static partial Regex Start();
}
