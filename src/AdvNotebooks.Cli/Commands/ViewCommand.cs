using System.CommandLine;
using AdvNotebooks.Cli.Processes;
using AdvNotebooks.Cli.View;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

namespace AdvNotebooks.Cli.Commands;

/// <summary><c>advnb view</c>: the report and the playground, served to this machine's browser.</summary>
internal static class ViewCommand
{
    private const int UsualPort = 5128;

    public static Command Create()
    {
        Option<int> port = Numbers.Of("--port", "Port on 127.0.0.1; 0 for any free one.", UsualPort, 0, ushort.MaxValue);
        var command =
            new Command("view", "Serves the last run's report, and a playground to draw digits and attack them, on 127.0.0.1.") { port };
        command.SetAction((parsed, cancellation) => ServeAsync(parsed.GetValue(port), cancellation));
        return command;
    }

    private static async Task<int> ServeAsync(int port, CancellationToken cancellation)
    {
        try
        {
            await using WebApplication server = ViewServer.Create(Artifacts.Folder, port);
            await server.StartAsync(cancellation);
            string address = ViewServer.AddressOf(server);
            Console.WriteLine($"The report: {address}\nThe playground: {address}/playground\nCtrl-C ends it.");
            await server.WaitForShutdownAsync(cancellation);
            return ExitCode.Success;
        }
        catch (AdvLibException missing)
        {
            await Console.Error.WriteLineAsync($"advnb: {missing.Message}");
            return ExitCode.Usage;
        }
        catch (IOException taken)
        {
            await Console.Error.WriteLineAsync(
                $"advnb: port {port} cannot be used: {taken.Message} Choose another --port, or 0 for any free one.");
            return ExitCode.Failure;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Success;
        }
    }
}
