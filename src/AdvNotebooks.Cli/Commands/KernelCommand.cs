using System.CommandLine;
using AdvNotebooks.Cli.Kernel;

namespace AdvNotebooks.Cli.Commands;

/// <summary><c>advnb kernel</c>: the child process that executes a notebook's cells. Hidden; <c>advnb run</c> starts it.</summary>
internal static class KernelCommand
{
    /// <summary>Makes the command.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        var pipe = new Argument<string>("pipe") { Description = "Handle of the pipe to write events to." };
        var command = new Command(ProcessKernel.Command, "Executes cells for advnb run.") { pipe };
        command.Hidden = true;
        command.SetAction(result => KernelHost.Run(result.GetRequiredValue(pipe)));
        return command;
    }
}
