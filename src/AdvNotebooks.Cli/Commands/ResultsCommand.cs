using System.CommandLine;
using AdvNotebooks.Cli.Processes;

namespace AdvNotebooks.Cli.Commands;

/// <summary><c>advnb results</c>: the table of a run, from its record.</summary>
internal static class ResultsCommand
{
    public static Command Create()
    {
        var file =
            new Argument<string?>("file") { Description = "A run.json; the last run's when not given.", Arity = ArgumentArity.ZeroOrOne };
        var markdown = new Option<bool>("--markdown") { Description = "Print it as Markdown, as the README has it." };
        var defences = new Option<bool>("--defences") { Description = "The table of notebook 08's defences instead of the recipe's." };
        var certified = new Option<bool>("--certified") { Description = "The table of notebook 11's certified trainings." };
        var command = new Command("results", "Prints the results table of a run.") { file, markdown, defences, certified };
        command.SetAction(parsed => Print(
            parsed.GetValue(file) ?? Artifacts.PathOf("run.json"),
            card => parsed.GetValue(certified) ? card.Certified() : parsed.GetValue(defences) ? card.Defences() : card.Table(),
            parsed.GetValue(markdown)));
        return command;
    }

    private static int Print(string path, Func<RunCard, TableView> choose, bool markdown)
    {
        if (!Path.Exists(path))
        {
            Console.Error.WriteLine(
                $"advnb: there is no {path}. Expected: the record of a run. Run `advnb run` first, or name another file.");
            return ExitCode.Usage;
        }

        try
        {
            TableView table = choose(RunCard.Open(path));
            Console.WriteLine(markdown ? table.ToMarkdown() : table.ToString());
            return ExitCode.Success;
        }
        catch (DataFileException damaged)
        {
            Console.Error.WriteLine($"advnb: {path} is no record of a run: {(damaged.InnerException ?? damaged).Message} "
                + "Expected: a run.json. Name another file, or make one with `advnb run`.");
            return ExitCode.Usage;
        }
    }
}
