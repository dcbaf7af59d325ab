using System.CommandLine;
using AdvNotebooks.Cli.Processes;

namespace AdvNotebooks.Cli.Commands;

/// <summary><c>advnb data</c>: fetches or checks MNIST and says where it is.</summary>
internal static class DataCommand
{
    public static Command Create()
    {
        var folder =
            new Option<string?>("--dir") { Description = "Folder to check or fill; the usual places when not given.", HelpName = "DIR" };
        var command = new Command("data", "Fetches or checks MNIST, and says where it is.") { folder };
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed.GetValue(folder), cancellation)));
        return command;
    }

    private static int Run(string? folder, CancellationToken cancellation)
    {
        try
        {
            MnistStatus status = Mnist.Fetch(folder, cancellation);
            Console.WriteLine(status);
            return status.IsComplete ? ExitCode.Success : ExitCode.Failure;
        }
        catch (AdvLibException missing)
        {
            // A line for each place that was tried.
            Console.Error.WriteLine($"advnb: {missing.Message}");
            return ExitCode.Failure;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("advnb: interrupted; what was fetched whole is kept.");
            return ExitCode.Interrupted;
        }
    }
}
