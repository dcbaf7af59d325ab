using System.CommandLine;
using AdvNotebooks.Cli.Commands;
using AdvNotebooks.Cli.Kernel;
using AdvNotebooks.Cli.Processes;

// Alone it has nothing to do but to say what it can do.
ParseResult parsed = AdvnbCommand.Create().Parse(args is [] ? ["--help"] : args);
if (parsed.Errors.Count > 0 && parsed.Action is System.CommandLine.Invocation.ParseErrorAction)
{
    foreach (string error in AdvnbCommand.Errors(parsed))
        await Console.Error.WriteLineAsync($"advnb: {error}");
    return ExitCode.Usage;
}

// Ctrl-C: time for a kernel to stop and for the executed copy to be written.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = 3 * ProcessKernel.Grace });
