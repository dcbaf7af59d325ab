using System.CommandLine;
using System.CommandLine.Help;
using AdvNotebooks.Cli.Notebooks;

namespace AdvNotebooks.Cli.Commands;

/// <summary><c>advnb</c>: all commands.</summary>
internal static class AdvnbCommand
{
    /// <summary>Makes the command.</summary>
    /// <returns>The command, with all others under it.</returns>
    public static RootCommand Create()
    {
        var root = new RootCommand("Runs the notebooks that train a CNN, break it with FGSM and repair it with mixed batches.")
        {
            RunCommand.Create(),
            BenchCommand.Create(),
            TrainCommand.Create(),
            SweepCommand.Create(),
            AttackCommand.Create(),
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
        return root;
    }

    /// <summary>What is wrong with a command line, a line each.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>The lines; for an unknown command the nearest one.</returns>
    public static IEnumerable<string> Errors(ParseResult parsed)
    {
        if (parsed.CommandResult.Command is not RootCommand root || parsed.UnmatchedTokens is not [var unknown, ..])
            return parsed.Errors.Select(error => error.Message);
        string[] commands = [.. root.Subcommands.Where(command => !command.Hidden).Select(command => command.Name)];
        return
        [
            $"there is no command \"{unknown}\". "
            + $"{(Nearest.To(unknown, commands) is { } nearest ? $"Did you mean \"{nearest}\"? " : "")}The commands: "
            + $"{string.Join(", ", commands)}.",
        ];
    }
}
