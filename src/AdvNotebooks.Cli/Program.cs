using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using AdvNotebooks.Cli.Commands;
using AdvNotebooks.Cli.Kernel;
using AdvNotebooks.Cli.Processes;

var root = new RootCommand("Runs the notebooks that train a CNN, break it with FGSM and repair it with mixed batches.")
{
    RunCommand.Create(),
    BenchCommand.Create(),
    TrainCommand.Create(),
    SweepCommand.Create(),
    DataCommand.Create(),
    ResultsCommand.Create(),
    ReportCommand.Create(),
    ViewCommand.Create(),
    KernelCommand.Create(),
    BenchChildren.CreateFirstStep(),
    BenchChildren.CreateRank(),
};
HelpOption help = root.Options.OfType<HelpOption>().Single();
help.Action = new HelpWithExamples((HelpAction)help.Action!);

ParseResult parsed = root.Parse(args);
if (parsed.Action is ParseErrorAction wrong)
{
    // The message says what is wrong; two screens of help would hide it.
    wrong.ShowHelp = false;
    parsed.Invoke();
    return ExitCode.Usage;
}

// Ctrl-C: time for a kernel to stop and for the executed copy to be written.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = 3 * ProcessKernel.Grace });
