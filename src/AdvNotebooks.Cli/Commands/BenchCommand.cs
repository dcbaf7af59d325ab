using System.CommandLine;
using System.CommandLine.Parsing;
using AdvNotebooks.Benchmarks;
using AdvNotebooks.Cli.Attacks;
using AdvNotebooks.Cli.Processes;

namespace AdvNotebooks.Cli.Commands;

/// <summary><c>advnb bench</c>: times the engine on this machine, alone or beside its peers.</summary>
internal static class BenchCommand
{
    private const int Many = int.MaxValue;
    private const int PeerRounds = 3;
    private static readonly BenchmarkRequest Usual =
        new(BenchmarkKind.Steps) { Threads = Math.Min(Environment.ProcessorCount, BenchmarkRequest.MostThreads) };

    private static readonly Option<bool> Json = new("--json") { Description = "Print the figures as JSON." };
    private static readonly Option<bool> Profile =
        new("--profile") { Description = "Where the time of a step goes, kernel by kernel, against the measured peak." };
    private static readonly Option<bool> Scaling =
        new("--scaling") { Description = "The step on 1 to --threads threads; passes over 1,000 to --images images; larger networks." };
    private static readonly Option<bool> Recipe =
        new("--recipe") { Description = "The whole recipe: seconds, memory, results. Takes minutes; on MNIST where it is at hand." };
    private static readonly Option<bool> Playground = new("--playground")
    {
        Description = "What a request to the playground of advnb view takes, attack by attack; --steps requests each.",
    };
    private static readonly Option<bool> Mpi =
        new("--mpi") { Description = "Training on two ranks of an MPI job, and a model of larger ones, as docs/scaling.md has it." };
    private static readonly Option<bool> Attack =
        new("--attack") { Description = "advnb attack on the ranks of MPI jobs, as docs/scaling.md has it." };
    private static readonly Option<bool> Peer = new("--peer")
    {
        Description = "Run AdvLib, TorchSharp, ONNX Runtime and PyTorch in turn and print the ratios; with --recipe, AdvLib and PyTorch.",
    };
    private static readonly Option<string> Engine = new("--engine")
    {
        Description = $"The engine to time: {Network.BuiltInEngine}, {Network.TorchSharpEngine}, or onnxruntime, which only evaluates.",
        DefaultValueFactory = _ => Usual.Engine,
    };
    private static readonly Option<string?> Markdown =
        new("--markdown") { Description = "Also fill the tables' section of this file, as docs/performance.md has it.", HelpName = "FILE" };
    private static readonly Option<int> Rounds = Numbers.Of(
        "--rounds", "Times to run each side of --peer; the recipe once, if not given.", PeerRounds, 1, Many);
    private static readonly Option<int> Threads = Numbers.Of(
        "--threads", "Threads to compute on; as many as cores if not given.", Usual.Threads, 1, BenchmarkRequest.MostThreads);
    private static readonly Option<int> Steps = Numbers.Of("--steps", "Training steps to time, each kind.", Usual.Steps, 1, Many);
    private static readonly Option<int> Passes = Numbers.Of(
        "--passes", "Passes over 10,000 images to time, each kind.", Usual.Passes, 1, Many);
    private static readonly Option<int> Epochs = Numbers.Of(
        "--epochs", "Epochs of --recipe; half as many of fine-tuning follow.", Usual.Epochs, 1, Many);
    private static readonly Option<int> Images = Numbers.Of(
        "--images", $"Training images of --recipe; most images of --scaling; images of --attack, {BenchmarkRequest.AttackImages} by default.",
        Usual.Images, 1, BenchmarkRequest.MostImages);

    // What is measured in place of steps.
    private static readonly (Option<bool> Option, BenchmarkKind Kind)[] Kinds =
        [(Profile, BenchmarkKind.Profile), (Scaling, BenchmarkKind.Scaling), (Recipe, BenchmarkKind.Recipe), (Mpi, BenchmarkKind.Mpi),
            (Attack, BenchmarkKind.Attack)];

    private static readonly Option<bool>[] InPlaceOfSteps = [Profile, Scaling, Recipe, Playground, Mpi, Attack];

    // What each option belongs to.
    private static readonly (Option Option, Option<bool>[] Owners)[] Belongings =
        [(Rounds, [Peer]), (Epochs, [Recipe]), (Images, [Recipe, Scaling, Attack])];

    public static Command Create()
    {
        var command = new Command("bench", "Times training steps, evaluation and FGSM on this machine; needs no data.")
        {
            Json, Engine, Profile, Scaling, Recipe, Playground, Mpi, Attack, Peer, Markdown, Rounds, Threads, Steps, Passes, Epochs, Images,
        };
        command.Validators.Add(Validate);
        command.SetAction(RunAsync);
        return command;
    }

    private static void Validate(CommandResult result)
    {
        if (InPlaceOfSteps.Count(result.GetValue) > 1)
            result.AddError("--profile, --scaling, --recipe, --playground, --mpi and --attack are measured one at a time: give one of them.");
        if (result.GetValue(Peer) && InPlaceOfSteps.Any(option => option != Recipe && result.GetValue(option)))
            result.AddError("--peer compares steps or the recipe: leave out --profile, --scaling, --playground, --mpi and --attack.");
        if (result.GetResult(Engine) is { Implicit: false }
            && InPlaceOfSteps.Append(Peer).Any(result.GetValue))
            result.AddError("--engine chooses what steps are timed on: give it alone, or with --json, --threads, --steps and --passes.");
        if (!result.GetValue(Scaling) && result.GetValue(Images) > BenchmarkRequest.RecipeImages)
            result.AddError($"--images: {BenchmarkRequest.RecipeImages} at most, MNIST's; only --scaling makes more.");
        foreach ((Option option, Option<bool>[] owners) in Belongings)
        {
            if (result.GetResult(option) is { Implicit: false } && !owners.Any(result.GetValue))
                result.AddError($"{option.Name} belongs to {owners[0].Name}: add {owners[0].Name}, or leave out {option.Name}.");
        }
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        BenchmarkRequest request = Request(parsed);
        string section = parsed.GetValue(Playground) ? "playground"
            : request is { Peer: true, Kind: BenchmarkKind.Steps } ? "peer" : request.Kind.ToString().ToLowerInvariant();
        try
        {
            if (parsed.GetValue(Markdown) is { } wanted)
                MarkedSection.Require(wanted, section);
            IBenchmarkReport report = parsed.GetValue(Playground)
                ? await BenchPlayground.RunAsync(request.Steps, cancellation)
                : await new Benchmark(new BenchmarkHost(
                    ThisProgram.With, Artifacts.RepositoryRoot() ?? Environment.CurrentDirectory, Console.Error.WriteLine))
                    .MeasureAsync(request, cancellation);
            Console.WriteLine(parsed.GetValue(Json) ? report.ToJson() : string.Join("\n\n", report.Tables));
            if (report.Remark is { } remark)
                await Console.Error.WriteLineAsync($"advnb: {remark}");
            if (parsed.GetValue(Markdown) is { } file)
                MarkedSection.Write(file, section, report.Tables);
            return ExitCode.Success;
        }
        catch (AdvLibException failure)
        {
            await Console.Error.WriteLineAsync($"advnb: {failure.Message}");
            return failure is EngineUnavailableException ? Benchmark.NotInstalled : ExitCode.Failure;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("advnb: interrupted. A measurement keeps nothing: start it again.");
            return ExitCode.Interrupted;
        }
    }

    private static BenchmarkRequest Request(ParseResult parsed) => new(Kinds.FirstOrDefault(kind => parsed.GetValue(kind.Option)).Kind)
    {
        Peer = parsed.GetValue(Peer),
        Rounds = parsed.GetValue(Recipe) && parsed.GetResult(Rounds) is null or { Implicit: true } ? 1 : parsed.GetValue(Rounds),
        Engine = parsed.GetRequiredValue(Engine),
        Threads = parsed.GetValue(Threads),
        Steps = parsed.GetValue(Steps),
        Passes = parsed.GetValue(Passes),
        Epochs = parsed.GetValue(Epochs),
        Images = parsed.GetValue(Attack) && parsed.GetResult(Images) is null or { Implicit: true }
            ? BenchmarkRequest.AttackImages : parsed.GetValue(Images),
        PieceImages = AttackPlan.PieceLength,
    };
}
