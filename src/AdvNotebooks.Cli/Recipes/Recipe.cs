namespace AdvNotebooks.Cli.Recipes;

/// <summary>The recipe's two trainings of one network, as notebooks 2 and 4 have them.</summary>
/// <param name="model">The network; where it is a rank's, this process trains on that rank's share.</param>
/// <param name="data">The images.</param>
/// <param name="settings">What decides the trainings.</param>
internal sealed class Recipe(ITrainableClassifier model, Dataset data, RecipeSettings settings)
{
    // Their checkpoints' folders, as the notebooks name them.
    private const string Baseline = "baseline", Mixed = "mixed";

    private readonly int _batchSize = Math.Min(settings.BatchSize, data.Train.Count);

    // Made before anything is trained: settings that do not fit are refused at once, not after the first training.
    private readonly MixedAdversarialBatches? _mixed = settings.FineTuningEpochs == 0 ? null
        : new MixedAdversarialBatches(
            model, data.Train, Math.Min(settings.BatchSize, data.Train.Count), new Fgsm(settings.Epsilon), settings.Split, settings.Seed)
        {
            Share = (model as RankedNetwork)?.Ranks.Share ?? Share.Whole,
        };

    /// <summary>Told of every step; the trainer's own sink when not set.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>A folder in which each training keeps its checkpoints; null for none.</summary>
    public string? Checkpoints { get; init; }

    /// <summary>Steps between checkpoints; 0 for one at the end of every epoch.</summary>
    public int CheckpointSteps { get; init; }

    /// <summary>Whether to go on from the newest checkpoints.</summary>
    public bool Resume { get; init; }

    /// <summary>The recipe's attack.</summary>
    public Fgsm Attack { get; } = new(settings.Epsilon);

    /// <summary>
    /// Forgets the checkpoints of earlier runs: a run that is stopped in its first training must not find another's second.
    /// </summary>
    public void Forget()
    {
        foreach (string path in ((string[])[Baseline, Mixed]).SelectMany(phase => CheckpointsOf(phase)?.Files() ?? []))
            File.Delete(path);
    }

    /// <summary>The ordinary training of the baseline.</summary>
    public TrainingHistory Train(CancellationToken cancellation) =>
        Trainer(Baseline, settings.LearningRate).Fit(data.Train, settings.Epochs, _batchSize, settings.Seed, data.Test, cancellation);

    /// <summary>Fine-tuning on mixed batches.</summary>
    public TrainingHistory FineTune(CancellationToken cancellation)
    {
        MixedAdversarialBatches batches = _mixed ?? throw new InvalidOperationException("The settings have no epochs of fine-tuning.");
        return Trainer(Mixed, settings.FineTuningRate)
            .Fit(batches, data.Train.Count / _batchSize, settings.FineTuningEpochs, data.Test, cancellation);
    }

    private Trainer Trainer(string phase, float rate) => model is RankedNetwork ranked
        ? new RankedTrainer(ranked, new Adam(rate)) { Progress = Progress, Checkpoints = CheckpointsOf(phase), Resume = Resume }
        : new Trainer(model, new Adam(rate)) { Progress = Progress, Checkpoints = CheckpointsOf(phase), Resume = Resume };

    private Checkpoints? CheckpointsOf(string phase) =>
        Checkpoints is null ? null : new Checkpoints(Path.Combine(Checkpoints, phase)) { EverySteps = CheckpointSteps };
}
