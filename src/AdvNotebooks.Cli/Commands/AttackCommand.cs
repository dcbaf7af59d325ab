using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AdvNotebooks.Cli.Attacks;
using AdvNotebooks.Cli.Processes;
using AdvNotebooks.Cli.Ranks;
using Spectre.Console;

namespace AdvNotebooks.Cli.Commands;

/// <summary><c>advnb attack</c>: the robustness report of any model, by one process, by shards, or by all ranks of an MPI job.</summary>
internal static class AttackCommand
{
    /// <summary>The command's name.</summary>
    public const string Name = "attack";

    /// <summary>What its help ends with.</summary>
    public const string Examples = """
        MODEL is a network of AdvLib's (.safetensors), TorchScript (.pt; it holds code, which runs: attack what you trust) or ONNX (.onnx;
        no gradients, so noise and Square alone). What a file does not say of itself may stand in a JSON file beside it, as
        docs/attack-your-model.md shows.

        Examples:
          advnb attack artifacts/baseline.safetensors --epsilon 0.1
          advnb attack model.pt --data pictures --epsilon 8/255 --mean 0.5 --std 0.5 --report report.html
          advnb attack model.onnx --data images.npz --norm l2 --epsilon 0.5 --mean 0 --std 1
          advnb attack model.pt --data pictures --shard 3/64 --work FOLDER
          advnb attack --merge FOLDER --report report.html --fail-under 40
          mpirun -np 4 advnb attack model.pt --data pictures

        Exit codes: 0 done, 1 failed, 2 wrong arguments (nothing ran), 3 below --fail-under, 130 interrupted.
        """;

    private const int Many = int.MaxValue;
    private static readonly RobustnessSettings Usual = new(8f / 255);
    private static readonly Argument<string?> Model =
        new("model") { Description = "The model's file.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string> Data = new("--data")
    {
        Description = "mnist, synthetic, a folder of IDX files, images.npy and labels.npy, or PNG files in a folder for each class.",
        HelpName = "FOLDER",
        DefaultValueFactory = _ => TestImages.Mnist,
    };

    private static readonly Option<string> NormName = new("--norm") { Description = "linf or l2.", DefaultValueFactory = _ => "linf" };
    private static readonly Option<float> Epsilon = Numbers.Of(
        "--epsilon", "Largest perturbation in the norm, in pixel units of [0, 1]: 8/255, 0.1.", Usual.Epsilon, 0f, 1000f);
    private static readonly Option<int> Images = Numbers.Of("--images", "Images to attack, the first ones; 0 for all.", 1000, 0, Many);
    private static readonly Option<ulong> Seed = Numbers.Of("--seed", "Decides what is random.", Usual.Seed, 0UL, ulong.MaxValue);
    private static readonly Option<int> Steps = Numbers.Of("--steps", "Steps of PGD.", Usual.Steps, 1, Many);
    private static readonly Option<int> Restarts = Numbers.Of("--restarts", "Random starts of PGD.", Usual.Restarts, 1, Many);
    private static readonly Option<int> Iterations = Numbers.Of("--iterations", "Steps of APGD and FAB.", Usual.Iterations, 1, Many);
    private static readonly Option<int> Queries = Numbers.Of("--queries", "Queries of Square.", Usual.Queries, 1, Many);
    private static readonly Option<bool> NoAutoAttack = new("--no-autoattack") { Description = "Leave out AutoAttack, the costliest." };
    private static readonly Option<bool> KeepGoing =
        new("--keep-going") { Description = "Leave out pictures that are wrong, and name them." };
    private static readonly Option<int> Threads = Numbers.Of(
        "--threads", "Threads of each process; its share of the machine's cores when 0.", 0, 0, 256);
    private static readonly Option<Share> Part = Shards.Option();
    private static readonly Option<string?> WorkFolder = new("--work")
    {
        Description = "Folder of the pieces, which a rerun goes on from. [default: artifacts/attack/PLAN]",
        HelpName = "FOLDER",
    };
    private static readonly Option<string[]> Merge = new("--merge")
    {
        Description = "Put the pieces in folders and files together, without a model.",
        HelpName = "FOLDER|FILE",
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<string?> Report = new("--report") { Description = "An HTML page to write.", HelpName = "FILE" };
    private static readonly Option<string?> Output =
        new("--output", "-o") { Description = "The numbers as JSON. [default: attack.json beside the pieces]", HelpName = "FILE" };
    private static readonly Option<double?> FailUnder = Numbers.Optional(
        "--fail-under", "Exit with 3 where the lowest accuracy is below it, in percent.", "PERCENT", 0.0, 100.0);

    /// <summary>Makes the command.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        var command = new Command(Name, "Attacks a model in every way, and writes its robustness report.")
        {
            Model, Data, Epsilon, NormName, Images, Report, FailUnder, KeepGoing, Seed, Steps, Restarts, Iterations, Queries, NoAutoAttack,
            Threads, Part, WorkFolder, Merge, Output,
        };
        foreach (Option option in AttackOptions.All)
            command.Add(option);
        command.Validators.Add(Validate);
        command.SetAction((parsed, cancellation) => Task.FromResult(Begin(parsed, cancellation)));
        return command;
    }

    private static int Begin(ParseResult parsed, CancellationToken cancellation)
    {
        if (parsed.GetValue(Merge) is { Length: > 0 } places)
            return PutTogether(parsed, places);

        // What can be said before any work, and without joining the other ranks.
        string data = parsed.GetValue(Data)!;
        string? fault = (parsed.GetValue(Model) is { } model ? AttackOptions.Fault(parsed.CommandResult, model)
            : "attack needs a model's file, or --merge.")
            ?? (IsThere(data) ? null : $"--data: there is no \"{data}\". Expected: mnist, synthetic, or a folder of images.");
        if (fault is null)
            return RankedProgram.Run(job => Run(parsed, job, cancellation));
        Console.Error.WriteLine($"advnb: {fault}");
        return ExitCode.Usage;
    }

    // One of several sets in a folder is named behind it.
    private static bool IsThere(string data) => data is TestImages.Mnist or Dataset.Synthetic || Path.Exists(data)
        || Directory.Exists(Path.GetDirectoryName(data));

    private static void Validate(CommandResult result)
    {
        if (result.Children.Any(child => child.Errors.Any()))
            return;
        if (result.GetResult(Merge) is { Implicit: false })
        {
            if (result.GetValue(Model) is not null)
                result.AddError("--merge takes no model: the pieces say which.");
            return;
        }

        if (result.GetResult(NormName) is { Implicit: false } && NormOf(result.GetValue(NormName)!) is null)
            result.AddError($"--norm does not know \"{result.GetValue(NormName)}\". Expected: linf or l2.");
        else if (Value(NormName, "linf") == "linf" && Value(Epsilon, 0) > 1)
            result.AddError("--epsilon above 1 changes any pixel into any other: write 8/255, not 8.");
        if (result.GetResult(Part) is { Implicit: false })
        {
            if (MpiJob.IsLaunched)
                result.AddError("--shard is for processes that know nothing of each other; ranks share the pieces by themselves.");
            if (result.GetValue(FailUnder) is not null || result.GetValue(Report) is not null || result.GetValue(Output) is not null)
                result.AddError("--report, --output and --fail-under are for --merge: a shard has part of the numbers.");
        }

        // Defaults are not there yet when validators run.
        T Value<T>(Option<T> option, T usual) => result.GetResult(option) is { Implicit: false } ? result.GetValue(option)! : usual;
    }

    private static int Run(ParseResult parsed, MpiJob? job, CancellationToken cancellation)
    {
        string path = parsed.GetValue(Model)!;
        ModelCard card = AttackOptions.Card(parsed.CommandResult, path);
        TestImages data = TestImages.Load(parsed.GetValue(Data)!, new TestImagesOptions
        {
            Count = parsed.GetValue(Images),
            Seed = parsed.GetValue(Seed),
            ClassNames = card.ClassNames,
            Shape = AttackModel.ShapeOf(path, card),
            KeepGoing = parsed.GetValue(KeepGoing),
        });
        AttackPlan plan = Plan(parsed, path, card with { ClassNames = data.ClassNames?.ToArray() }, data);
        data.Images.RequireScale(PixelRange.Unit, plan.Norm == Norm.Linf ? plan.Epsilon : 0);
        var folder = new AttackFolder(parsed.GetValue(WorkFolder) ?? Path.Combine(Artifacts.PathOf("attack"), plan.Hash()));
        var run = new AttackRun(plan, folder, job);
        Share part = parsed.GetValue(Part);
        if (run.Speaks)
            Tell(plan, data, folder);
        try
        {
            int threads = parsed.GetValue(Threads) is > 0 and var some ? some : RankedProgram.Threads;
            bool live = !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities is { Interactive: true, Ansi: true };
            run.Run(part, data.Images, () => AttackModel.Load(path, card, data.Images, threads), live, cancellation);
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine($"advnb: interrupted; the pieces in {folder.Path} are kept, a rerun does the rest.");
            job?.Abort(ExitCode.Interrupted);
            return ExitCode.Interrupted;
        }

        job?.Barrier();
        if (!run.Speaks)
            return ExitCode.Success;
        if (part.Ranks == 1)
            return Conclude(parsed, AttackFolder.ReadWhole([folder.Path]), folder.Path);
        int missing = folder.Missing(plan).Count;
        Console.WriteLine(FormattableString.Invariant($"shard {part.Rank} of {part.Ranks} is done; ")
            + (missing == 0 ? $"all pieces are there: advnb attack --merge {folder.Path}"
                : string.Create(CultureInfo.InvariantCulture, $"{missing} of {plan.Pieces()} pieces are missing in {folder.Path}.")));
        return ExitCode.Success;
    }

    private static int PutTogether(ParseResult parsed, string[] places)
    {
        try
        {
            string folder = Directory.Exists(places[0]) ? places[0] : Path.GetDirectoryName(places[0])!;
            return Conclude(parsed, AttackFolder.ReadWhole(places), folder);
        }
        catch (Exception failure) when (failure is AdvLibException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"advnb: {failure.Message}");
            return ExitCode.Failure;
        }
    }

    // The table, the files, and whether it was enough.
    private static int Conclude(ParseResult parsed, IReadOnlyList<AttackPiece> pieces, string folder)
    {
        AttackPlan plan = pieces[0].Plan;
        RobustnessReport report = RobustnessReport.Join(plan.Data, plan.Settings(), [.. pieces.Select(piece => piece.Result)]);
        AttackRecord record = AttackRecord.Of(plan, pieces, report);
        Console.WriteLine(report);
        Console.WriteLine(AttackText.Lowest(report));
        string output = Path.GetFullPath(parsed.GetValue(Output) ?? Path.Combine(folder, "attack.json"));
        Write(output, stream => JsonSerializer.Serialize(stream, record, AttackJson.Readable.AttackRecord));
        Console.WriteLine($"The numbers: {output}");
        if (parsed.GetValue(Report) is { } page)
        {
            Write(Path.GetFullPath(page), stream => stream.Write(Encoding.UTF8.GetBytes(AttackPage.Create(record, report))));
            Console.WriteLine($"The page: {page}");
        }

        if (parsed.GetValue(FailUnder) is not { } limit || 100 * report.Worst.Evaluation.Accuracy >= limit)
            return ExitCode.Success;
        Console.Error.WriteLine(FormattableString.Invariant($"advnb: that is below --fail-under {limit}."));
        return ExitCode.BelowLimit;
    }

    private static void Write(string path, Action<Stream> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        AtomicFile.Write(path, write);
    }

    private static void Tell(AttackPlan plan, TestImages data, AttackFolder folder)
    {
        Console.WriteLine($"{plan.Model} on {data.Images}, {AttackText.Bound(plan)}; pieces in {folder.Path}");
        if (data.ClassNames is { } names && names.Where((name, i) => name != i.ToString(CultureInfo.InvariantCulture)).Any())
            Console.WriteLine($"classes: {string.Join(", ", names.Select((name, i) => FormattableString.Invariant($"{i} {name}")))}");
        if (data.Skipped.Count > 0)
            Console.WriteLine(FormattableString.Invariant($"left out, {data.Skipped.Count}:\n  {string.Join("\n  ", data.Skipped)}"));
    }

    private static AttackPlan Plan(ParseResult parsed, string path, ModelCard card, TestImages data) => new()
    {
        Model = Path.GetFileName(path),
        ModelHash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))),
        Input = card,
        Data = data.Images.Name,
        DataHash = data.Images.Fingerprint,
        Images = data.Images.Count,
        Skipped = [.. data.Skipped],
        Norm = NormOf(parsed.GetValue(NormName)!)!.Value,
        Epsilon = parsed.GetValue(Epsilon),
        Steps = parsed.GetValue(Steps),
        Restarts = parsed.GetValue(Restarts),
        Iterations = parsed.GetValue(Iterations),
        Queries = parsed.GetValue(Queries),
        AutoAttack = !parsed.GetValue(NoAutoAttack),
        Seed = parsed.GetValue(Seed),
    };

    private static Norm? NormOf(string name) => name switch
    {
        "linf" => Norm.Linf,
        "l2" => Norm.L2,
        _ => null,
    };
}
