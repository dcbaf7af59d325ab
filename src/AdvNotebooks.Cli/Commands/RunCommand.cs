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

    private const string SyntheticName = "synthetic digits";

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

    private static readonly Argument<string[]> Names =
        new("notebook") { Description = "A path, or a name such as 03 or 03-fgsm-attack.", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Option<bool> All = new("--all") { Description = "Run every numbered notebook." };
    private static readonly Option<bool> Quick = new("--quick") { Description = "Use each notebook's own values for a small budget." };
    private static readonly Option<KeyValuePair<string, string>[]> Parameters = new("--parameter", "-p")
    {
        Description = "Set a variable of the parameters cells, in every notebook that has it; wins over --quick.",
        HelpName = "name=value",
        CustomParser = ParseParameters,
    };

    private static readonly Option<ulong?> Seed = Numbers.Optional("--seed", "The same as -p seed=N.", "N", 0UL, ulong.MaxValue);
    private static readonly Option<string?> Output =
        new("--output", "-o") { Description = "Folder of the executed copies. [default: artifacts/notebooks]", HelpName = "DIR" };
    private static readonly Option<bool> Resume = new("--resume")
    {
        Description = "Go on where an interrupted run of the same notebooks and values stopped: "
            + "skip those that are done, train on from the last checkpoint.",
    };

    private static readonly Option<bool> KeepGoing =
        new("--keep-going") { Description = "Go on with the next notebook when a cell fails." };
    private static readonly Option<double?> Timeout = Numbers.Optional(
        "--timeout", "Seconds a cell may take. [default: no limit]", "SECONDS", 0.001, MostSeconds);
    private static readonly Option<int?> Memory = Numbers.Optional(
        "--memory", "MB of managed memory a notebook may take. [default: no limit]", "MB", LeastMemory, int.MaxValue);

    /// <summary>Makes the command.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        var command = new Command(Name, "Execute notebooks, cell by cell, each in a process of its own.")
        {
            Names, All, Quick, Parameters, Seed, Output, Resume, KeepGoing, Timeout, Memory,
        };
        command.Validators.Add(result =>
        {
            foreach (string name in (result.GetValue(Names) ?? []).Where(name => name.StartsWith('-')))
                result.AddError($"Unknown option {name}.");
            if (result.GetValue(All) && result.GetValue(Names) is { Length: > 0 })
                result.AddError("--all runs every notebook: leave out the names, or --all.");
        });
        command.SetAction((result, cancellation) => RunAsync(Read(result), cancellation));
        return command;
    }

    // Its notebooks are found by names such as 03.
    private static string Course => Path.Combine(Artifacts.RepositoryRoot() ?? Environment.CurrentDirectory, "notebooks");

    /// <summary>What a command line asks for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>The request.</returns>
    public static RunOptions Read(ParseResult parsed)
    {
        KeyValuePair<string, string>[] values = parsed.GetValue(Parameters) ?? [];
        if (parsed.GetValue(Seed) is { } seed)
            values = [KeyValuePair.Create("seed", seed.ToString(CultureInfo.InvariantCulture)), .. values];
        return new RunOptions
        {
            Notebooks = parsed.GetValue(Names) ?? [],
            All = parsed.GetValue(All),
            Quick = parsed.GetValue(Quick),
            Parameters = values,
            Output = parsed.GetValue(Output),
            Resume = parsed.GetValue(Resume),
            KeepGoing = parsed.GetValue(KeepGoing),
            Timeout = parsed.GetValue(Timeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            Memory = parsed.GetValue(Memory),
        };
    }

    private static async Task<int> RunAsync(RunOptions options, CancellationToken cancellation)
    {
        DateTime started = DateTime.UtcNow;
        IReadOnlyList<NotebookResult> results = [];
        string artifacts = Artifacts.Folder;
        string self = ThisProgram.Typed(Artifacts.RepositoryRoot());
        NotebookRun? current = null;
        try
        {
            IReadOnlyList<NotebookRun> runs = RunPlan.Create(options, Course, Artifacts.Folder);
            if (runs.Count == 0)
            {
                Console.WriteLine("Nothing to resume: every notebook has run to its end.");
                return ExitCode.Success;
            }

            artifacts = Artifacts.FolderOf(Path.GetDirectoryName(runs[0].Notebook.Path)!);
            using RunLock mine = RunLock.Take(artifacts);
            Console.WriteLine(RunReport.Beginning(runs, options));
            // Reading the parameters takes the compiler: only where it matters.
            if (LacksMnist() && UsesMnist(runs, options))
                Console.WriteLine(RunReport.NoMnist(self));
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
        catch (AdvLibException exception) when (exception is NotebookException or FolderInUseException)
        {
            await Console.Error.WriteLineAsync($"advnb: {exception.Message}");
            return ExitCode.Usage;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync(RunReport.Interruption(current, self, Environment.GetCommandLineArgs()[1..]));
            return ExitCode.Interrupted;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(
                $"advnb: the executed copy cannot be written: {exception.Message} Choose another --output, or make room.");
            return ExitCode.Failure;
        }

        AnsiConsole.Write(RunReport.Summary(results));
        string card = Path.Combine(artifacts, "run.json");
        // An older card belongs to another run.
        if (File.GetLastWriteTimeUtc(card) >= started && RunCard.Open(card) is { HasResults: true } run)
        {
            Console.WriteLine(
                WordWrap.Lines(run.Table().ToString(), Console.IsOutputRedirected ? int.MaxValue : AnsiConsole.Profile.Width));
            if (run.Dataset == SyntheticName && UsesMnist([.. results.Select(result => result.Run)], options))
                Console.WriteLine(RunReport.Synthetic(self));
        }

        Console.WriteLine(RunReport.Ending(results[0].Run, artifacts, self));
        NotebookResult[] failed = [.. results.Where(result => result.Failure is not null)];
        foreach (NotebookResult result in failed)
            await Console.Error.WriteLineAsync(RunReport.Failure(result));
        return failed.Length == 0 ? ExitCode.Success : ExitCode.Failure;
    }

    private static bool LacksMnist()
    {
        try
        {
            return Mnist.Missing().Count > 0;
        }
        catch (DataFileException)
        {
            // What is wrong with a folder the cell that loads it tells.
            return false;
        }
    }

    // Whether one of the notebooks loads MNIST, or whatever takes its place.
    private static bool UsesMnist(IEnumerable<NotebookRun> runs, RunOptions options)
        => options.Parameters.LastOrDefault(parameter => parameter.Key == DatasetFolder.Parameter).Value is null or ""
            && runs.Any(run => ParametersCell.Read(run.Notebook).Any(parameter => parameter.Name == DatasetFolder.Parameter));

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
