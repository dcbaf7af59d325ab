using System.CommandLine;
using System.CommandLine.Parsing;
using AdvLib.Numerics;
using AdvNotebooks.Cli.Ranks;
using AdvNotebooks.Cli.Recipes;

namespace AdvNotebooks.Cli.Commands;

/// <summary><c>advnb train</c>: the recipe's two trainings without notebooks, by one process or by all ranks of an MPI job.</summary>
internal static class TrainCommand
{
    private const int Many = int.MaxValue;
    private static readonly RecipeSettings Usual = new();
    private static readonly Option<string> Data =
        new("--dataset") { Description = "A folder of IDX files, or synthetic; MNIST when not given.", DefaultValueFactory = _ => "" };
    private static readonly Option<int> TrainCount = Numbers.Of("--train-count", "Training images; 0 for all.", 0, 0, Many);
    private static readonly Option<int> TestCount = Numbers.Of("--test-count", "Test images; 0 for all.", 0, 0, Many);
    private static readonly Option<ulong> Seed = Numbers.Of("--seed", "Decides whatever is random.", Usual.Seed, 0UL, ulong.MaxValue);
    private static readonly Option<int> Epochs = Numbers.Of("--epochs", "Passes over the training images.", Usual.Epochs, 1, Many);
    private static readonly Option<int> BatchSize = Numbers.Of(
        "--batch-size", "Images of a step, on all ranks together.", Usual.BatchSize, 1, Many);
    private static readonly Option<float> LearningRate = Numbers.Of(
        "--learning-rate", "Adam's step size.", Usual.LearningRate, 1e-9f, 1e3f);
    private static readonly Option<int> FineTuningEpochs = Numbers.Of(
        "--fine-tuning-epochs", "Epochs of fine-tuning on mixed batches; 0 for none.", Usual.FineTuningEpochs, 0, Many);
    private static readonly Option<float> FineTuningRate = Numbers.Of(
        "--fine-tuning-rate", "Adam's step size in fine-tuning.", Usual.FineTuningRate, 1e-9f, 1e3f);
    private static readonly Option<float> Epsilon = Numbers.Of(
        "--epsilon", "FGSM's largest change of a pixel, in pixel units of [0, 1].", Usual.Epsilon, 0f, 1f);
    private static readonly Option<double> Split = Numbers.Of("--split", "Share of normal images in a mixed batch.", Usual.Split, 0.0, 1.0);
    private static readonly Option<int> Threads = Numbers.Of(
        "--threads", "Threads of each process; its share of the machine's cores when 0.", 0, 0, 256);
    private static readonly Option<int> CheckpointSteps = Numbers.Of(
        "--checkpoint-steps", "Steps between checkpoints; 0 for one an epoch.", 0, 0, Many);
    private static readonly Option<bool> Resume =
        new("--resume") { Description = "Go on from the newest checkpoint, on any number of ranks." };
    private static readonly Option<string?> Output =
        new("--output", "-o") { Description = "Folder of weights, checkpoints and run.json. [default: artifacts]", HelpName = "DIR" };

    /// <summary>Makes the command.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        var command = new Command("train",
            "Trains the recipe's network and fine-tunes it, as notebooks 1 to 4 do; started by mpirun or srun, on all ranks together.")
        {
            Data, TrainCount, TestCount, Seed, Epochs, BatchSize, LearningRate, FineTuningEpochs, FineTuningRate, Epsilon, Split, Threads,
            CheckpointSteps, Resume, Output,
        };
        command.Validators.Add(Validate);
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;
    }

    // Before anything is trained.
    private static void Validate(CommandResult result)
    {
        if (((Option[])[BatchSize, Split, FineTuningEpochs]).Any(option => result.GetResult(option)?.Errors.Any() == true))
            return;
        // Defaults are not there yet when validators run.
        T Value<T>(Option<T> option, T usual) => result.GetResult(option) is { Implicit: false } ? result.GetValue(option)! : usual;
        (int total, double split) = (Value(BatchSize, Usual.BatchSize), Value(Split, Usual.Split));
        if (Value(FineTuningEpochs, Usual.FineTuningEpochs) > 0 && (int)(total * split) + (int)(total * (1 - split)) == 0)
            result.AddError(FormattableString.Invariant($"--batch-size {total} with --split {split} leaves no image for a mixed batch: ")
                + "give a larger --batch-size, or --fine-tuning-epochs 0.");
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        if (parsed.GetValue(Output) is { } folder)
            Environment.SetEnvironmentVariable(Artifacts.FolderVariable, Path.GetFullPath(folder));
        var settings = new RecipeSettings
        {
            Seed = parsed.GetValue(Seed),
            Epochs = parsed.GetValue(Epochs),
            BatchSize = parsed.GetValue(BatchSize),
            LearningRate = parsed.GetValue(LearningRate),
            FineTuningEpochs = parsed.GetValue(FineTuningEpochs),
            FineTuningRate = parsed.GetValue(FineTuningRate),
            Epsilon = parsed.GetValue(Epsilon),
            Split = parsed.GetValue(Split),
        };
        return RankedProgram.Run(job => new TrainedRecipe(settings, job)
        {
            DataFolder = parsed.GetValue(Data)!,
            TrainCount = parsed.GetValue(TrainCount),
            TestCount = parsed.GetValue(TestCount),
            Team = new ThreadTeam(parsed.GetValue(Threads) is > 0 and var threads ? threads : RankedProgram.Threads),
            CheckpointSteps = parsed.GetValue(CheckpointSteps),
            Resume = parsed.GetValue(Resume),
        }.Run(cancellation));
    }
}
