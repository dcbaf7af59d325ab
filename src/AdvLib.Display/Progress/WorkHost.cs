namespace AdvLib;

/// <summary>What a host wants of long computations.</summary>
/// <param name="Sink">Receives their progress; null lets each show itself in the notebook, where the host allows it.</param>
/// <param name="Stop">Asks whatever runs to stop. Trainings save themselves before, and all throw
/// <see cref="OperationCanceledException"/>.</param>
public sealed record WorkHost(IProgress<WorkProgress>? Sink, CancellationToken Stop)
{
    /// <summary>What is over sooner needs no progress.</summary>
    public TimeSpan Unseen { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Time between two reports, at least.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMilliseconds(200);
}
