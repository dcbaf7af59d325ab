namespace AdvLib;

/// <summary>How far a training had come after one of its epochs.</summary>
public sealed record RatedEpoch
{
    /// <summary>Wall time from the training's begin to the epoch's end, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>What <see cref="Trainer.Score"/> gave the network then, a fraction.</summary>
    public required double Score { get; init; }

    /// <summary>The rated epochs of a training.</summary>
    /// <param name="history">The training.</param>
    /// <returns>One an epoch that was rated.</returns>
    internal static RatedEpoch[] Of(TrainingHistory history)
    {
        var seconds = 0.0;
        var rated = new List<RatedEpoch>();
        foreach (EpochResult epoch in history.Epochs)
        {
            seconds += epoch.Seconds;
            if (epoch.Score is { } score)
                rated.Add(new() { Seconds = Math.Round(seconds, 1), Score = score });
        }

        return [.. rated];
    }
}
