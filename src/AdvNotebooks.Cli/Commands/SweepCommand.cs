using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Runtime.InteropServices;
using AdvLib.Numerics;
using AdvNotebooks.Cli.Processes;
using AdvNotebooks.Cli.Ranks;
using AdvNotebooks.Cli.Sweeps;

namespace AdvNotebooks.Cli.Commands;

/// <summary>
/// <c>advnb sweep</c>: fine-tunes the baseline with every combination of settings, each with several seeds, on one machine or many.
/// </summary>
internal static class SweepCommand
{
    private const int Many = int.MaxValue;
    private static readonly SweepConfiguration Usual = new("fgsm", 0.1f, 0.5, 0);
    private static readonly Option<float[]> Epsilons = Numbers.ListOf(
        "--epsilon", "Epsilons of training and attack, in pixel units of [0, 1].", [0.1f], 0f, 1f);
    private static readonly Option<double[]> Splits = Numbers.ListOf(
        "--split", "Shares of normal images in a batch; TRADES has one, 0.5.", [0, 0.25, 0.5, 0.75, 0.9, 1], 0.0, 1.0);
    private static readonly Option<int> Seeds = Numbers.Of(
        "--seeds", "Runs of each setting; the first has the seed of the run that made the baseline, the next one more.", 5, 1, 10_000);
    private static readonly Option<string[]> Defences = new("--defence")
    {
        Description = "How to train: fgsm (the recipe's mixed batches), fast, pgd, trades.",
        HelpName = "A,B,...",
        Arity = ArgumentArity.ExactlyOne,
        DefaultValueFactory = _ => ["fgsm"],
        CustomParser = ParseDefences,
    };

    private static readonly Option<int> Steps = Numbers.Of("--steps", "Training steps of each run.", Usual.Steps, 1, Many);
    private static readonly Option<int> BatchSize = Numbers.Of("--batch-size", "Images a step.", Usual.BatchSize, 1, Many);
    private static readonly Option<float> LearningRate = Numbers.Of(
        "--learning-rate", "Adam's step size.", Usual.LearningRate, 1e-9f, 1e3f);
    private static readonly Option<int> TrainingAttackSteps = Numbers.Of(
        "--training-attack-steps", "Steps of PGD in pgd and trades.", Usual.TrainingAttackSteps, 1, Many);
    private static readonly Option<int> AttackSteps = Numbers.Of(
        "--attack-steps", "Steps of the PGD that each network faces.", Usual.AttackSteps, 1, Many);
    private static readonly Option<int> Images = Numbers.Of("--images", "Test images to attack; 0 for all.", Usual.Images, 0, Many);
    private static readonly Option<int> Threads = Numbers.Of(
        "--threads", "Threads of each process; its share of the machine's cores when 0.", 0, 0, 256);
    private static readonly Option<string> Engine = new("--engine")
    {
        Description = $"What computes: {Network.BuiltInEngine}, or {Network.TorchSharpEngine}, which dotnet build brings.",
        HelpName = "NAME",
        DefaultValueFactory = _ => Network.BuiltInEngine,
    };

    private static readonly Option<Share> Part = Shards.Option();
    private static readonly Option<string?> Output = new("--output", "-o")
    {
        Description = "Folder of the results, which all machines see. [default: artifacts/sweep]",
        HelpName = "DIR",
    };

    /// <summary>Makes the command.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        var command = new Command("sweep",
            "Fine-tunes the baseline with every combination of settings and seeds; a rerun does only what is missing. "
                + "Started by mpirun or srun, the ranks share the work.")
        {
            Epsilons, Splits, Seeds, Defences, Steps, BatchSize, LearningRate, TrainingAttackSteps, AttackSteps, Images, Threads, Engine,
            Part, Output,
        };
        Engine.AcceptOnlyFromAmong(Network.BuiltInEngine, Network.TorchSharpEngine);
        command.SetAction((parsed, cancellation) => Task.FromResult(RankedProgram.Run(job => Run(parsed, job, cancellation))));
        return command;
    }

    private static int Run(ParseResult parsed, MpiJob? job, CancellationToken cancellation)
    {
        var card = RunCard.Continue("advnb sweep", after: "02-baseline-training");
        Dataset data = card.LoadDataset();
        string weights = Artifacts.Require("baseline.safetensors", "02-baseline-training");
        string folder = Path.GetFullPath(parsed.GetValue(Output) ?? Artifacts.PathOf("sweep"));
        SweepConfiguration[] all = Grid(parsed, card.Seed, SweepPoint.Fingerprint(data, weights));
        Share part = parsed.GetValue(Part);
        SweepConfiguration[] mine = [.. all.Where((_, i) => i % part.Ranks == part.Rank)];

        // Every rank counts the same: rank 0 has looked before any result of this job is written.
        bool[] missing = [.. mine.Select(point => !IsDone(folder, point))];
        job?.Broadcast(MemoryMarshal.AsBytes(missing.AsSpan()));
        SweepConfiguration[] left = [.. mine.Where((_, i) => missing[i])];
        bool first = job is null or { Share.Rank: 0 };
        if (first)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{all.Length} configurations{(part.Ranks > 1 ? $", {mine.Length} of this shard" : "")}; {left.Length} to do"));
        var runner = new SweepPoint(data, SafeTensors.Load(weights),
            new ThreadTeam(parsed.GetValue(Threads) is > 0 and var threads ? threads : RankedProgram.Threads));
        try
        {
            new RankQueue(left.Length, job).Run(i =>
            {
                SweepResult result = runner.Run(left[i], cancellation);
                result.Save(folder);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(job is null ? "" : $"{job.Share}: ")}{left[i]}: "
                    + $"{result.Error ?? $"clean {result.Clean:P2}, FGSM {result.Fgsm:P2}, PGD {result.Pgd:P2}"}, {result.Seconds:0.0} s"));
            });
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("advnb: interrupted; what was finished is kept, a rerun does the rest.");
            job?.Abort(ExitCode.Interrupted);
            return ExitCode.Interrupted;
        }

        job?.Barrier();
        return !first || Tell(folder) ? ExitCode.Success : ExitCode.Failure;
    }

    private static SweepConfiguration[] Grid(ParseResult parsed, ulong seed, string start) =>
    [
        .. from defence in parsed.GetValue(Defences)!
           from epsilon in parsed.GetValue(Epsilons)!
           from split in defence == "trades" ? [0.5] : parsed.GetValue(Splits)!
           from run in Enumerable.Range(0, parsed.GetValue(Seeds))
           select new SweepConfiguration(defence, epsilon, split, seed + (ulong)run)
           {
               Steps = parsed.GetValue(Steps),
               BatchSize = parsed.GetValue(BatchSize),
               LearningRate = parsed.GetValue(LearningRate),
               TrainingAttackSteps = parsed.GetValue(TrainingAttackSteps),
               AttackSteps = parsed.GetValue(AttackSteps),
               Images = parsed.GetValue(Images),
               Engine = parsed.GetValue(Engine) is var engine && engine == Network.BuiltInEngine ? null : engine,
               Start = start,
           },
    ];

    // What failed is tried again.
    private static bool IsDone(string folder, SweepConfiguration point) =>
        SweepResult.PathOf(folder, point) is var path && File.Exists(path) && SweepResult.Read(path).Error is null;

    // The table and the charts; whether nothing failed.
    private static bool Tell(string folder)
    {
        var results = SweepResults.Read(folder);
        Console.WriteLine(results);
        File.WriteAllText(Path.Combine(folder, "sweep.md"), results.Table().ToMarkdown());
        foreach ((string name, LineChart? chart) in new[] { ("split.svg", results.SplitChart()), ("epsilon.svg", results.EpsilonChart()) })
        {
            if (chart is not null)
                File.WriteAllText(Path.Combine(folder, name), chart.ToSvg());
        }

        return results.Failed.Count == 0;
    }

    private static string[] ParseDefences(ArgumentResult result)
    {
        string[] names = result.Tokens[0].Value.Split(',');
        if (Array.Find(names, name => !SweepPoint.Defences.Contains(name)) is { } unknown)
            result.AddError($"--defence does not know \"{unknown}\". "
                + $"Expected: some of {string.Join(", ", SweepPoint.Defences)}, with commas between them.");
        return names;
    }
}
