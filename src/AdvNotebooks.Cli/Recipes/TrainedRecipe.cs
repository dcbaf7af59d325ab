using AdvLib.Numerics;
using AdvNotebooks.Cli.Processes;

namespace AdvNotebooks.Cli.Recipes;

/// <summary>What <c>advnb train</c> does: trains, measures, and hands over as the notebooks do, so that those behind go on from it.</summary>
/// <param name="settings">What decides the trainings.</param>
/// <param name="job">The job whose ranks train together; null for this process alone.</param>
internal sealed class TrainedRecipe(RecipeSettings settings, MpiJob? job)
{
    private const string Data = "01-load-mnist", Baseline = "02-baseline-training", Attacked = "03-fgsm-attack", Mixed = "04-mixed-training";

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
        Dataset data = Dataset.Load(DataFolder, TrainCount, TestCount, settings.Seed);
        if (IsFirst)
        {
            Console.WriteLine(data);
            RunCard.Begin(Data, data, settings.Seed, DataFolder).Save();
        }

        Sequential model = SimpleCnn.Create(data.Train.Shape, data.Train.Classes, settings.Seed, team: Team);
        model.Reducer = job is null ? null : new MpiReducer(job);
        var recipe = new Recipe(model, data, settings) { Checkpoints = Artifacts.PathOf("checkpoints"), CheckpointSteps = CheckpointSteps, Resume = Resume };
        if (IsFirst && !Resume)
            recipe.Forget();
        if (recipe.Train(cancellation).Interrupted)
            return Stopped();
        Sequential? baseline = IsFirst ? HandOverBaseline(model, data, recipe.Attack) : null;
        if (settings.FineTuningEpochs == 0)
            return ExitCode.Success;
        if (recipe.FineTune(cancellation).Interrupted)
            return Stopped();
        if (baseline is not null)
            Console.WriteLine(HandOverRepair(baseline, model, data, recipe.Attack).Table());
        return ExitCode.Success;
    }

    // Gives back a copy: the fine-tuning goes on with the network itself.
    private Sequential HandOverBaseline(Sequential model, Dataset data, Fgsm attack)
    {
        RunCard.Continue(Baseline, after: Data)
            .Set("epochs", settings.Epochs).Set("batchSize", settings.BatchSize).Set("learningRate", settings.LearningRate).Set("ranks", job?.Share.Ranks ?? 1)
            .HandOverBaseline(model, Evaluation.Of(model, data.Test));
        RunCard.Continue(Attacked, after: Baseline)
            .Set("epsilon", settings.Epsilon).HandOverAttack(model, settings.Epsilon, Evaluation.Under(attack, model, data.Test));
        Sequential baseline = SimpleCnn.Create(data.Train.Shape, data.Train.Classes, settings.Seed, team: Team);
        baseline.SetWeights(model.GetWeights());
        return baseline;
    }

    private RunCard HandOverRepair(Sequential baseline, Sequential mixed, Dataset data, Fgsm attack)
    {
        ImageSet stale = attack.Perturb(baseline, data.Test);
        return RunCard.Continue(Mixed, after: Attacked)
            .Set("epochs", settings.FineTuningEpochs).Set("batchSize", settings.BatchSize).Set("learningRate", settings.FineTuningRate)
            .Set("epsilon", settings.Epsilon).Set("split", settings.Split).Set("ranks", job?.Share.Ranks ?? 1)
            .HandOverRepair(
                baseline, mixed, settings.Epsilon, Evaluation.Of(baseline, stale, EvaluationKind.Fresh),
                Evaluation.Of(mixed, data.Test), Evaluation.Of(mixed, stale, EvaluationKind.Stale), Evaluation.Under(attack, mixed, data.Test));
    }

    private int Stopped()
    {
        if (IsFirst)
            Console.Error.WriteLine("advnb: interrupted; the checkpoint is complete. Go on with --resume.");
        return ExitCode.Interrupted;
    }
}
