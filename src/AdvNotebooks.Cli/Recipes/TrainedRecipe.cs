using AdvLib.Numerics;
using AdvNotebooks.Cli.Processes;
using AdvNotebooks.Cli.Runner;

namespace AdvNotebooks.Cli.Recipes;

/// <summary>
/// What <c>advnb train</c> does: trains, measures, and hands over as the notebooks do, so that those behind go on from it.
/// </summary>
/// <param name="settings">What decides the trainings.</param>
/// <param name="job">The job whose ranks train together; null for this process alone.</param>
internal sealed class TrainedRecipe(RecipeSettings settings, MpiJob? job)
{
    private const string Data = "01-load-mnist", Baseline = "02-baseline-training", Attacked = "03-fgsm-attack",
        Mixed = "04-mixed-training";

    /// <summary>What data to load.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Training images; 0 for all.</summary>
    public int TrainCount { get; init; }

    /// <summary>Test images; 0 for all.</summary>
    public int TestCount { get; init; }

    /// <summary>Threads to compute on.</summary>
    public required ThreadTeam Team { get; init; }

    /// <summary>Steps between checkpoints; 0 for one an epoch.</summary>
    public int CheckpointSteps { get; init; }

    /// <summary>Whether to go on from the newest checkpoints.</summary>
    public bool Resume { get; init; }

    private bool IsFirst => job is null or { Share.Rank: 0 };

    /// <summary>Trains to the end, or until it is told to stop.</summary>
    /// <param name="cancellation">Ends it after a step; a checkpoint is left.</param>
    /// <returns>The exit code.</returns>
    public int Run(CancellationToken cancellation)
    {
        using RunLock? mine = IsFirst ? RunLock.Take(Artifacts.Folder) : null;
        Dataset data = Dataset.Load(DataFolder, TrainCount, TestCount, settings.Seed);
        if (IsFirst)
        {
            Console.WriteLine(data);
            RunCard.Begin(Data, data, settings.Seed, DataFolder).Save();
        }

        var network = new Sequential(SimpleCnn.Describe(data.Train.Shape, data.Train.Classes), settings.Seed, Team);
        INetwork model = job is { Share.Ranks: > 1 } ? new RankedNetwork(network, new MpiRanks(job)) : network;
        var recipe = new Recipe(model, data, settings)
        {
            Checkpoints = Artifacts.PathOf("checkpoints"),
            CheckpointSteps = CheckpointSteps,
            Resume = Resume,
        };
        if (IsFirst && !Resume)
            recipe.Forget();
        if (recipe.Train(cancellation).Interrupted)
            return Stopped();
        Sequential? baseline = IsFirst ? HandOverBaseline(model, data) : null;
        if (settings.FineTuningEpochs == 0)
            return ExitCode.Success;
        if (recipe.FineTune(cancellation).Interrupted)
            return Stopped();
        if (baseline is not null)
            Console.WriteLine(HandOverRepair(baseline, model, data).Table());
        return ExitCode.Success;
    }

    // Gives back a copy: the fine-tuning goes on with the network itself.
    private Sequential HandOverBaseline(INetwork model, Dataset data)
    {
        RunCard.Continue(Baseline, after: Data)
            .Set("epochs", settings.Epochs).Set("batchSize", settings.BatchSize).Set("learningRate", settings.LearningRate)
            .Set("ranks", job?.Share.Ranks ?? 1)
            .HandOverBaseline(model, data.Test);
        RunCard.Continue(Attacked, after: Baseline)
            .Set("epsilon", settings.Epsilon)
            .HandOverAttack(model, settings.Epsilon, data.Test);
        var baseline = new Sequential(SimpleCnn.Describe(data.Train.Shape, data.Train.Classes), settings.Seed, Team);
        baseline.SetWeights(model.GetWeights());
        return baseline;
    }

    private RunCard HandOverRepair(Sequential baseline, INetwork mixed, Dataset data) =>
        RunCard.Continue(Mixed, after: Attacked)
            .Set("epochs", settings.FineTuningEpochs).Set("batchSize", settings.BatchSize).Set("learningRate", settings.FineTuningRate)
            .Set("epsilon", settings.Epsilon).Set("split", settings.Split).Set("ranks", job?.Share.Ranks ?? 1)
            .HandOverRepair(baseline, mixed, settings.Epsilon, data.Test);

    private int Stopped()
    {
        if (IsFirst)
            Console.Error.WriteLine("advnb: interrupted; the checkpoint is complete. Go on with --resume.");
        return ExitCode.Interrupted;
    }
}
