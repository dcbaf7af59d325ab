using System.CommandLine;
using System.CommandLine.Invocation;
using AdvNotebooks.Cli.Commands;

var root = new RootCommand("Runs the notebooks that train a CNN, break it with FGSM and repair it with mixed batches.")
{
    RunCommand.Create(),
    KernelCommand.Create(),
};
ParseResult parsed = root.Parse(args);
int code = await parsed.InvokeAsync();
return parsed.Action is ParseErrorAction ? ExitCode.Usage : code;
