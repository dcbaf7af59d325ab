using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace AdvNotebooks.Cli.Commands;

/// <summary>The library's help for a command's options, followed by examples.</summary>
/// <param name="inner">The library's help.</param>
internal sealed class HelpWithExamples(HelpAction inner) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int code = inner.Invoke(parseResult);
        string? examples = parseResult.CommandResult.Command.Name switch
        {
            RunCommand.Name => RunCommand.Examples,
            AttackCommand.Name => AttackCommand.Examples,
            _ => null,
        };
        if (examples is not null)
            parseResult.InvocationConfiguration.Output.WriteLine(examples);
        return code;
    }
}
