using System.Diagnostics;
using System.Text.RegularExpressions;
using AdvLib;
using AdvNotebooks.Cli.Notebooks;
using AdvNotebooks.Cli.Report;

namespace AdvNotebooks.Tests.Report;

public sealed partial class ReportPageTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public ReportPageTests() => TestRun.Write(_folder);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_page_holds_all_of_the_run()
    {
        string page = Page();
        Assert.All(
            ["A run on synthetic digits", "a processor &amp; more", "0123456789ab", "22 November 2026, 17:54 UTC", "95.12%", "3.21%", "96.34%", "92.43%", "81.54%", "41.65%", "71.76%", "own network",
                "Sanity flag: zero gradients.", "Seen &lt;b&gt;.", "1. Load &lt;MNIST&gt;", "one &lt; two", "batchSize 64", "stopped: 1 of 3 cells ran", "href=\"#notebook-02-baseline-training\"", "advlib-explorer",
                "<span class=\"formula\">a = ε · ∇<sub>b</sub></span>", "<a rel=\"noreferrer\" href=\"https://example.com/\">the web</a>", "sandbox=\"allow-same-origin\""],
            text => Assert.Contains(text, page, StringComparison.Ordinal));
    }

    [Fact]
    public void The_page_fetches_nothing_and_its_policy_names_each_of_its_scripts()
    {
        string page = Page();
        string policy = Policy().Match(page).Groups[1].Value;
        Assert.StartsWith("default-src 'none';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe-inline'; script-src 'unsafe", policy, StringComparison.Ordinal);
        string[] scripts = [.. Scripts().Matches(page).Select(match => match.Groups[1].Value)];
        Assert.Equal(4, scripts.Length);
        Assert.All(scripts, script => Assert.Contains(Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(script))), policy, StringComparison.Ordinal));
        Assert.All(Fetched().Matches(page).Select(match => match.Groups[1].Value), address => Assert.StartsWith("data:", address, StringComparison.Ordinal));
    }

    [Fact]
    public void What_others_wrote_is_in_a_frame_or_escaped()
    {
        TestRun.WriteHostile(_folder);
        string page = Frames().Replace(Page(), "");
        Assert.DoesNotContain("hacked = true</script>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("onerror=\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"javascript:", page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=\"http", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_has_only_begun_has_a_report_too()
    {
        using var folder = new TempFolder();
        folder.Write("run.json", """
            {"schema":1,"seed":1,"dataset":{"name":"MNIST","train":1,"test":1,"folder":""},"engine":null,"threads":null,"cpu":"","dotnet":"","commit":null,"started":"","seconds":0,"notebooks":{"01-load-mnist":0},"settings":{},"results":{}}
            """);
        string page = new RunReportFiles(folder.Path).Create();
        Assert.Contains("Nothing was measured yet", page, StringComparison.Ordinal);
        Assert.Contains("Run 02-baseline-training first.", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"flags\":5}")]
    [InlineData("{\"flags\":{\"mixed\":[{}]}}")]
    public void A_damaged_record_is_its_own_error(string part)
    {
        string record = File.ReadAllText(_folder.File("run.json"));
        _folder.Write("run.json", FlagsMember().Replace(record, part[1..^1] + "}"));
        Assert.Throws<DataFileException>(() => Page());
    }

    [Fact]
    public void A_run_whose_data_is_not_at_hand_has_no_explorer_on_other_data()
    {
        System.Text.Json.Nodes.JsonObject record = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(_folder.File("run.json")))!.AsObject();
        record["dataset"]!["name"] = "MNIST";
        _folder.Write("run.json", record.ToJsonString());
        string page = Page();
        Assert.Contains("There is no explorer here. The run was on MNIST, which is not at hand.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("type=\"range\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_notebook_is_its_own_error()
    {
        _folder.Write("notebooks/01-load-mnist.ipynb", "{}");
        Assert.Throws<NotebookException>(() => Page());
    }

    [Fact]
    public async Task The_command_writes_the_file_and_says_what_to_run_where_there_is_no_run()
    {
        (int code, string output, string error) = await Run(_folder.Path);
        Assert.True(code == 0, error);
        Assert.Contains("out.html", output, StringComparison.Ordinal);
        Assert.Contains("A run on synthetic digits", File.ReadAllText(_folder.File("out.html")), StringComparison.Ordinal);

        using var empty = new TempFolder();
        (code, _, error) = await Run(empty.Path);
        Assert.Equal(2, code);
        Assert.Contains("Run `advnb run` first.", error, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Error)> Run(string folder)
    {
        ProcessStartInfo start = AdvnbProcess.StartInfo(folder, "report", "--output", "out.html");
        start.Environment["ADVLIB_ARTIFACTS"] = folder;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, error);
    }

    private string Page() => new RunReportFiles(_folder.Path).Create();

    [GeneratedRegex("http-equiv=\"Content-Security-Policy\" content=\"([^\"]+)\"")]
    private static partial Regex Policy();

    [GeneratedRegex("<script>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Scripts();

    [GeneratedRegex("(?:\\ssrc|<image[^>]* href|<link[^>]* href)=\"([^\"]*)\"")]
    private static partial Regex Fetched();

    [GeneratedRegex("srcdoc=\"[^\"]*\"")]
    private static partial Regex Frames();

    [GeneratedRegex("\"flags\":.*$", RegexOptions.Singleline)]
    private static partial Regex FlagsMember();
}
