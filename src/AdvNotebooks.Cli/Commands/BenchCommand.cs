using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using AdvNotebooks.Cli.Benchmarks;

namespace AdvNotebooks.Cli.Commands;

/// <summary><c>advnb bench</c>: times the engine on this machine, alone or beside PyTorch.</summary>
internal static class BenchCommand
{
    private const int MaxThreads = 256;
    private const int RecipeEpochs = 20;

    private static readonly Option<bool> Json = new("--json") { Description = "Print the figures as JSON." };
    private static readonly Option<bool> Profile = new("--profile") { Description = "Where the time of a step goes, kernel by kernel, against the measured peak." };
    private static readonly Option<bool> Scaling = new("--scaling") { Description = "The step on 1 to --threads threads; passes over 1,000 to 60,000 images." };
    private static readonly Option<bool> Recipe = new("--recipe") { Description = "The whole recipe: seconds, memory, results. Takes minutes; on MNIST where it is at hand." };
    private static readonly Option<bool> Playground = new("--playground") { Description = "What a request to the playground of advnb view takes, attack by attack; --steps requests each." };
    private static readonly Option<bool> Mpi = new("--mpi") { Description = "Training on two ranks of an MPI job, and a model of larger ones, as docs/scaling.md has it." };
    private static readonly Option<bool> Peer = new("--peer") { Description = "Run AdvLib and PyTorch in turn and print the ratios; also with --recipe." };
    private static readonly Option<string?> Markdown = new("--markdown") { Description = "Also fill the tables' section of this file, as docs/performance.md has it.", HelpName = "FILE" };
    private static readonly Option<int> Rounds = Count("--rounds", "Times to run each side of --peer; 3, the recipe once, if not given.", 3);
    private static readonly Option<int> Threads = Count("--threads", "Threads to compute on; as many as cores if not given.", Math.Min(Environment.ProcessorCount, MaxThreads), MaxThreads);
    private static readonly Option<int> Steps = Count("--steps", "Training steps to time, each kind.", 300);
    private static readonly Option<int> Passes = Count("--passes", "Passes over 10,000 images to time, each kind.", 7);
    private static readonly Option<int> Epochs = Count("--epochs", "Epochs of --recipe; half as many of fine-tuning follow.", RecipeEpochs);
    private static readonly Option<int> Images = Count("--images", "Training images of --recipe; most images of --scaling.", BenchmarkData.TrainCount, BenchmarkData.TrainCount);

    // What each option belongs to.
    private static readonly (Option Option, Option<bool>[] Owners)[] Belongings = [(Rounds, [Peer]), (Epochs, [Recipe]), (Images, [Recipe, Scaling])];

    public static Command Create()
    {
        var command = new Command("bench", "Times training steps, evaluation and FGSM on this machine; needs no data.")
        {
            Json, Profile, Scaling, Recipe, Playground, Mpi, Peer, Markdown, Rounds, Threads, Steps, Passes, Epochs, Images,
        };
        command.Validators.Add(Validate);
        command.SetAction(RunAsync);
        return command;
    }

    private static void Validate(CommandResult result)
    {
        if (((Option<bool>[])[Profile, Scaling, Recipe, Playground, Mpi]).Count(result.GetValue) > 1)
            result.AddError("--profile, --scaling, --recipe, --playground and --mpi are measured one at a time: give one of them.");
        if (result.GetValue(Peer) && (result.GetValue(Profile) || result.GetValue(Scaling) || result.GetValue(Playground) || result.GetValue(Mpi)))
            result.AddError("--peer compares steps or the recipe: leave out --profile, --scaling, --playground and --mpi.");
        foreach ((Option option, Option<bool>[] owners) in Belongings)
        {
            if (result.GetResult(option) is { Implicit: false } && !owners.Any(result.GetValue))
                result.AddError($"{option.Name} belongs to {owners[0].Name}: add {owners[0].Name}, or leave out {option.Name}.");
        }
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        string section = parsed.GetValue(Profile) ? "profile" : parsed.GetValue(Scaling) ? "scaling" : parsed.GetValue(Recipe) ? "recipe" : parsed.GetValue(Playground) ? "playground" : parsed.GetValue(Mpi) ? "mpi" : parsed.GetValue(Peer) ? "peer" : "steps";
        try
        {
            if (parsed.GetValue(Markdown) is { } wanted)
                MarkedSection.Require(wanted, section);
            IBenchmarkReport report = await MeasureAsync(parsed, section, cancellation);
            Console.WriteLine(parsed.GetValue(Json) ? report.ToJson() : string.Join("\n\n", report.Tables));
            if (report is PeerComparison { Advice.Length: > 0 } alone)
                await Console.Error.WriteLineAsync($"advnb: AdvLib alone. {alone.Advice}");
            if (parsed.GetValue(Markdown) is { } file)
                MarkedSection.Write(file, section, report.Tables);
            return ExitCode.Success;
        }
        catch (AdvLibException failure)
        {
            await Console.Error.WriteLineAsync($"advnb: {failure.Message}");
            return ExitCode.Failure;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("advnb: interrupted. A measurement keeps nothing: start it again.");
            return ExitCode.Interrupted;
        }
    }

    private static async Task<IBenchmarkReport> MeasureAsync(ParseResult parsed, string section, CancellationToken cancellation)
    {
        (int threads, int steps, int passes, int images, int epochs) =
            (parsed.GetValue(Threads), parsed.GetValue(Steps), parsed.GetValue(Passes), parsed.GetValue(Images), parsed.GetValue(Epochs));
        if (parsed.GetValue(Peer))
            return await CompareAsync(parsed, cancellation);
        if (section == "mpi")
            return await new RanksBenchmark(steps).RunAsync(Console.Error.WriteLine, cancellation);
        if (section == "steps")
            return await new EngineBenchmark(threads, steps, passes, Console.Error.WriteLine).RunAsync(cancellation);
        if (section == "playground")
            return await PlaygroundBenchmark.RunAsync(steps, cancellation);
        Func<IBenchmarkReport> work = section switch
        {
            "profile" => () => ProfileBenchmark.Run(threads, steps, passes, Console.Error.WriteLine),
            "scaling" => () => ScalingBenchmark.Run(threads, steps, images, Console.Error.WriteLine),
            _ => () => RecipeBenchmark.Run(threads, images, epochs, Console.Error.WriteLine, cancellation),
        };
        return await Task.Run(work, cancellation).WaitAsync(cancellation);
    }

    private static async Task<PeerComparison> CompareAsync(ParseResult parsed, CancellationToken cancellation)
    {
        string Value(Option<int> option) => parsed.GetValue(option).ToString(CultureInfo.InvariantCulture);
        int threads = parsed.GetValue(Threads);
        string[] shared = ["--threads", Value(Threads)];
        if (!parsed.GetValue(Recipe))
        {
            return await PeerComparison.RunAsync(
                Figures.Steps, threads,
                BenchmarkSide.AdvLib([.. shared, "--steps", Value(Steps), "--passes", Value(Passes)]),
                BenchmarkSide.PyTorch(["--synthetic", .. shared, "--steps", Value(Steps), "--repeats", Value(Passes)]),
                parsed.GetValue(Rounds), Console.Error.WriteLine, cancellation);
        }

        string[] recipe = ["--recipe", .. shared, "--epochs", Value(Epochs), "--images", Value(Images)];
        string[] data = BenchmarkData.MnistFolder is { } folder ? ["--mnist", folder] : ["--synthetic"];
        int rounds = parsed.GetResult(Rounds) is { Implicit: false } ? parsed.GetValue(Rounds) : 1;
        return await PeerComparison.RunAsync(
            Figures.Recipe, threads, BenchmarkSide.AdvLib(recipe), BenchmarkSide.PyTorch([.. data, .. recipe]), rounds, Console.Error.WriteLine, cancellation);
    }

    private static Option<int> Count(string name, string description, int usual, int most = int.MaxValue)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out int value) && (value < 1 || value > most))
                result.AddError($"{name} needs a whole number from 1{(most < int.MaxValue ? $" to {most.ToString(CultureInfo.InvariantCulture)}" : "")}, not {value}.");
        });
        return option;
    }
}
