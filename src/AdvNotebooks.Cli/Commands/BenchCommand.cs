using System.CommandLine;
using AdvNotebooks.Cli.Benchmarks;
using Spectre.Console;

namespace AdvNotebooks.Cli.Commands;

/// <summary><c>advnb bench</c>: times the engine on this machine, alone or beside PyTorch.</summary>
internal static class BenchCommand
{
    private const int MaxThreads = 256;

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print the figures as JSON." };
        var peer = new Option<bool>("--peer") { Description = "Run AdvLib and PyTorch in turn and print the ratios." };
        Option<int> rounds = Count("--rounds", "Times to run each side of --peer.", 3);
        Option<int> threads = Count("--threads", "Threads to compute on; as many as cores if not given.", Math.Min(Environment.ProcessorCount, MaxThreads), MaxThreads);
        Option<int> steps = Count("--steps", "Training steps to time, each kind.", 300);
        Option<int> passes = Count("--passes", "Passes over 10,000 images to time, each kind.", 7);

        var command = new Command("bench", "Times training steps, evaluation and FGSM on this machine; needs no data.") { json, peer, rounds, threads, steps, passes };
        command.Validators.Add(result =>
        {
            if (result.GetResult(rounds) is { Implicit: false } && !result.GetValue(peer))
                result.AddError("--rounds belongs to --peer: add --peer, or leave out --rounds.");
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            (int onThreads, int ofSteps, int ofPasses) = (parsed.GetValue(threads), parsed.GetValue(steps), parsed.GetValue(passes));
            try
            {
                if (parsed.GetValue(peer))
                {
                    await CompareAsync(onThreads, ofSteps, ofPasses, parsed.GetValue(rounds), parsed.GetValue(json), cancellation);
                }
                else
                {
                    BenchmarkReport report = await Task.Run(() => new EngineBenchmark(onThreads, ofSteps, ofPasses).Run(), cancellation).WaitAsync(cancellation);
                    Print(report.ToTable, report.ToJson, parsed.GetValue(json));
                }

                return ExitCode.Success;
            }
            catch (BenchmarkException failure)
            {
                await Console.Error.WriteLineAsync($"advnb: {failure.Message}");
                return ExitCode.Failure;
            }
            catch (OperationCanceledException)
            {
                await Console.Error.WriteLineAsync("advnb: interrupted.");
                return ExitCode.Interrupted;
            }
        });
        return command;
    }

    private static async Task CompareAsync(int threads, int steps, int passes, int rounds, bool json, CancellationToken cancellation)
    {
        PeerComparison comparison = await PeerComparison.RunAsync(
            threads, BenchmarkSide.AdvLib(threads, steps, passes), BenchmarkSide.PyTorch(threads, steps, passes), rounds, Console.Error.WriteLine, cancellation);
        Print(comparison.ToTable, comparison.ToJson, json);
        if (comparison.Advice.Length > 0)
            await Console.Error.WriteLineAsync($"advnb: AdvLib alone. {comparison.Advice}");
    }

    private static void Print(Func<Table> table, Func<string> text, bool json)
    {
        if (json)
            Console.WriteLine(text());
        else
            AnsiConsole.Write(table());
    }

    private static Option<int> Count(string name, string description, int usual, int most = int.MaxValue)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out int value) && (value < 1 || value > most))
                result.AddError($"{name} needs a whole number from 1{(most < int.MaxValue ? $" to {most}" : "")}, not {value}.");
        });
        return option;
    }
}
