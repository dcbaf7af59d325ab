namespace AdvLib;

/// <summary>How far a training had come after one of its epochs.</summary>
public sealed record RatedEpoch
{
    /// <summary>Wall time from the training's begin to the epoch's end, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>What <see cref="Trainer.Score"/> gave the network then, a fraction; null where it was not rated.</summary>
    public double? Score { get; init; }

    /// <summary>The epochs of a training.</summary>
    /// <param name="history">The training.</param>
    /// <returns>One an epoch.</returns>
    internal static RatedEpoch[] Of(TrainingHistory history)
    {
        var seconds = 0.0;
        return [.. history.Epochs.Select(epoch => new RatedEpoch { Seconds = Math.Round(seconds += epoch.Seconds, 1), Score = epoch.Score })];
    }
}
