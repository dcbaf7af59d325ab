using AdvLib;
using AdvLib.Numerics;

namespace TestChild;

/// <summary>A small run with everything that has a state (dropout, moving statistics, Adam, two draws and a shuffle a batch), which saves after every epoch, and after every step while somebody watches.</summary>
/// <param name="folder">Where it saves; null for nowhere.</param>
public sealed class SavedRun(string? folder)
{
    /// <summary>Epochs of the whole run.</summary>
    public const int Epochs = 16;

    /// <summary>Steps of an epoch.</summary>
    public const int StepsPerEpoch = 25;

    private static readonly ImageSet Images = SyntheticDigits.Create(120, seed: 3, RandomPurpose.TrainDigits);

    /// <summary>The model that learns.</summary>
    public Sequential Model { get; } = new(
        new Network(
            Images.Shape, new Conv2D(4, 3, 2), new ReLU(), new BatchNorm(), new Flatten(), new Dense(48), new ReLU(), new BatchNorm(),
            new Dropout(0.3f), new Dense(10), new Softmax()),
        1, new ThreadTeam(1));

    /// <summary>Trains to the end.</summary>
    /// <param name="resume">Whether to go on from the newest checkpoint.</param>
    /// <param name="stepped">Called after every step, before it is saved.</param>
    /// <returns>What was measured.</returns>
    public TrainingHistory Train(bool resume = false, Action? stepped = null)
    {
        var trainer = new Trainer(Model, new Adam())
        {
            Checkpoints = folder is null ? null : new Checkpoints(folder) { EverySteps = stepped is null ? 0 : 1 },
            Resume = resume,
            Score = epoch => -epoch.ValidationLoss!.Value,
            Progress = new Steps(stepped),
        };
        return trainer.Fit(new MixedAdversarialBatches(Model, Images, 16, epsilon: 0.1f), StepsPerEpoch, Epochs, Images.Take(40));
    }

    private sealed class Steps(Action? stepped) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => stepped?.Invoke();
    }
}
