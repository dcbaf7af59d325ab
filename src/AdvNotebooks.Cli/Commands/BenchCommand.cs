using System.CommandLine;
using AdvNotebooks.Cli.Benchmarks;
using Spectre.Console;

namespace AdvNotebooks.Cli.Commands;

/// <summary><c>advnb bench</c>: times the engine on this machine.</summary>
internal static class BenchCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print the figures as JSON." };
        var steps = new Option<int>("--steps") { Description = "Training steps to time, each kind.", DefaultValueFactory = _ => 300 };
        var passes = new Option<int>("--passes") { Description = "Passes over 10,000 images to time, each kind.", DefaultValueFactory = _ => 7 };
        foreach (Option<int> count in (Option<int>[])[steps, passes])
        {
            count.Validators.Add(result =>
            {
                if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out int value) && value < 1)
                    result.AddError($"{count.Name} needs a whole number from 1, not {value}.");
            });
        }

        var command = new Command("bench", "Times training steps, evaluation and FGSM on this machine; needs no data.") { json, steps, passes };
        command.SetAction(parsed =>
        {
            BenchmarkReport report = new EngineBenchmark(parsed.GetValue(steps), parsed.GetValue(passes)).Run();
            if (parsed.GetValue(json))
                Console.WriteLine(report.ToJson());
            else
                AnsiConsole.Write(report.ToTable());
            return ExitCode.Success;
        });
        return command;
    }
}
