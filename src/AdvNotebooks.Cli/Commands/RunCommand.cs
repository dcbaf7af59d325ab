using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using AdvNotebooks.Cli.Kernel;
using AdvNotebooks.Cli.Notebooks;
using AdvNotebooks.Cli.Processes;
using AdvNotebooks.Cli.Runner;
using AdvNotebooks.Cli.Ui;
using Spectre.Console;

namespace AdvNotebooks.Cli.Commands;

/// <summary><c>advnb run</c>: executes notebooks and keeps executed copies.</summary>
internal static class RunCommand
{
    /// <summary>The command's name.</summary>
    public const string Name = "run";

    // A timer takes no more.
    private const double MostSeconds = int.MaxValue / 1000;

    // Less does not even start the compiler.
    private const int LeastMemory = 100;

    /// <summary>What <c>--help</c> adds to the options.</summary>
    public const string Examples = """
        The notebooks stay as they are; executed copies go to artifacts/notebooks. Stops at the first failing cell,
        or with --keep-going at the end of that notebook. A cell's output is cut after 10,000,000 characters.
        Without names it runs the recipe: notebooks 01 to 05, at full length.

        Examples:
          advnb run                          the recipe
          advnb run --quick                  the same on a small budget
          advnb run 03 -p epsilon=0.05       one notebook, one parameter changed
          advnb run --resume                 go on where an interrupted run stopped
          advnb run --all --timeout 600      the whole course, ten minutes a cell at most
          advnb run a.ipynb b.ipynb --keep-going --memory 500
                                             both, whatever happens in the first, in 500 MB each
          advnb run my/notebook.ipynb        any C# notebook

        Exit codes: 0 all cells ran, 1 a cell failed, 2 wrong arguments or notebook (nothing ran), 130 interrupted.
        """;

    /// <summary>Makes the command.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        var notebooks = new Argument<string[]>("notebook") { Description = "A path, or a name such as 03 or 03-fgsm-attack.", Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "Run every numbered notebook." };
        var quick = new Option<bool>("--quick") { Description = "Use each notebook's own values for a small budget." };
        var parameters = new Option<KeyValuePair<string, string>[]>("--parameter", "-p")
        {
            Description = "Set a variable of the parameters cells, in every notebook that has it; wins over --quick.",
            HelpName = "name=value",
            CustomParser = ParseParameters,
        };
        var seed = Numbers.Optional("--seed", "The same as -p seed=N.", "N", 0UL, ulong.MaxValue);
        var output = new Option<string?>("--output", "-o") { Description = "Folder of the executed copies. [default: artifacts/notebooks]", HelpName = "DIR" };
        var resume = new Option<bool>("--resume") { Description = "Go on where an interrupted run of the same notebooks and values stopped: skip those that are done, train on from the last checkpoint." };
        var keepGoing = new Option<bool>("--keep-going") { Description = "Go on with the next notebook when a cell fails." };
        var timeout = Numbers.Optional("--timeout", "Seconds a cell may take. [default: no limit]", "SECONDS", 0.001, MostSeconds);
        var memory = Numbers.Optional("--memory", "MB of managed memory a notebook may take. [default: no limit]", "MB", LeastMemory, int.MaxValue);

        var command = new Command(Name, "Execute notebooks, cell by cell, each in a process of its own.") { notebooks, all, quick, parameters, seed, output, resume, keepGoing, timeout, memory };
        command.Validators.Add(result =>
        {
            foreach (string name in (result.GetValue(notebooks) ?? []).Where(name => name.StartsWith('-')))
                result.AddError($"Unknown option {name}.");
            if (result.GetValue(all) && result.GetValue(notebooks) is { Length: > 0 })
                result.AddError("--all runs every notebook: leave out the names, or --all.");
        });
        command.SetAction((result, cancellation) =>
        {
            KeyValuePair<string, string>[] values = result.GetValue(parameters) ?? [];
            if (result.GetValue(seed) is { } number)
                values = [KeyValuePair.Create("seed", number.ToString(CultureInfo.InvariantCulture)), .. values];
            return RunAsync(new RunOptions
            {
                Notebooks = result.GetValue(notebooks) ?? [],
                All = result.GetValue(all),
                Quick = result.GetValue(quick),
                Parameters = values,
                Output = result.GetValue(output),
                Resume = result.GetValue(resume),
                KeepGoing = result.GetValue(keepGoing),
                Timeout = result.GetValue(timeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                Memory = result.GetValue(memory),
            }, cancellation);
        });
        return command;
    }

    // The course's own, by which names such as 03 are found.
    private static string Notebooks => Path.Combine(Artifacts.RepositoryRoot() ?? Environment.CurrentDirectory, "notebooks");

    private static async Task<int> RunAsync(RunOptions options, CancellationToken cancellation)
    {
        DateTime started = DateTime.UtcNow;
        IReadOnlyList<NotebookResult> results = [];
        NotebookRun? current = null;
        try
        {
            IReadOnlyList<NotebookRun> runs = RunPlan.Create(options, Notebooks, Artifacts.Folder);
            if (runs.Count == 0)
            {
                Console.WriteLine("Nothing to resume: every notebook has run to its end.");
                return ExitCode.Success;
            }

            Directory.CreateDirectory(Path.GetDirectoryName(runs[0].Output)!);
            bool live = !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities is { Interactive: true, Ansi: true };
            IRunReporter reporter = live ? new LiveReporter(AnsiConsole.Console) : new PlainReporter(Console.Out);
            bool resume = options.Resume;
            var runner = new NotebookRunner(StartKernel, reporter, options.Timeout, options.KeepGoing) { Started = run => current = run };
            await reporter.ShowAsync(async () => results = await runner.RunAsync(runs, cancellation));

            // Only the first notebook was interrupted; checkpoints of those behind it are from another run.
            ProcessKernel StartKernel(string folder)
            {
                Environment.SetEnvironmentVariable(Artifacts.ResumeVariable, resume ? "1" : null);
                resume = false;
                return new ProcessKernel(folder, options.Memory);
            }
        }
        catch (NotebookException exception)
        {
            await Console.Error.WriteLineAsync($"advnb: {exception.Message}");
            return ExitCode.Usage;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync(RunReport.Interruption(current, Environment.GetCommandLineArgs()[1..]));
            return ExitCode.Interrupted;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"advnb: the executed copy cannot be written: {exception.Message} Choose another --output, or make room.");
            return ExitCode.Failure;
        }

        AnsiConsole.Write(RunReport.Summary(results));
        string card = Artifacts.PathOf("run.json");
        // An older card belongs to another run.
        if (File.GetLastWriteTimeUtc(card) >= started && RunCard.Open(card) is { HasResults: true } run)
            Console.WriteLine(run.Table());
        NotebookResult[] failed = [.. results.Where(result => result.Failure is not null)];
        foreach (NotebookResult result in failed)
            await Console.Error.WriteLineAsync(RunReport.Failure(result));
        return failed.Length == 0 ? ExitCode.Success : ExitCode.Failure;
    }

    private static KeyValuePair<string, string>[] ParseParameters(ArgumentResult result)
    {
        var parameters = new List<KeyValuePair<string, string>>();
        foreach (Token token in result.Tokens)
        {
            int split = token.Value.IndexOf('=', StringComparison.Ordinal);
            if (split > 0)
                parameters.Add(KeyValuePair.Create(token.Value[..split].Trim(), token.Value[(split + 1)..]));
            else
                result.AddError($"-p needs name=value, for example -p epochs=3, not \"{token.Value}\".");
        }

        return [.. parameters];
    }
}
