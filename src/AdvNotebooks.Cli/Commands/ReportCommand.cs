using System.CommandLine;
using AdvNotebooks.Cli.Processes;
using AdvNotebooks.Cli.Report;

namespace AdvNotebooks.Cli.Commands;

/// <summary><c>advnb report</c>: the last run as one HTML page.</summary>
internal static class ReportCommand
{
    private const string FileName = "report.html";

    public static Command Create()
    {
        var output = new Option<string>("--output", "-o")
        {
            Description = "The file to write.",
            HelpName = "FILE",
            DefaultValueFactory = _ => FileName,
        };
        var command = new Command(
            "report", "Writes the last run as one self-contained HTML page: results, charts, explorer, flags, notebooks.") { output };
        command.SetAction(parsed => Write(parsed.GetValue(output)!));
        return command;
    }

    private static int Write(string path)
    {
        try
        {
            string page = new RunReportFiles(Artifacts.Folder).Create();
            AtomicFile.Write(Path.GetFullPath(path), stream =>
            {
                using var writer = new StreamWriter(stream, leaveOpen: true);
                writer.Write(page);
            });
            Console.WriteLine(
                FormattableString.Invariant($"{path} ({page.Length / 1024.0:0} KB): open it in a browser; it needs no network."));
            return ExitCode.Success;
        }
        catch (AdvLibException missing)
        {
            Console.Error.WriteLine($"advnb: {missing.Message}");
            return ExitCode.Usage;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"advnb: {path} cannot be written: {failure.Message} Choose another --output, or make room.");
            return ExitCode.Failure;
        }
    }
}
