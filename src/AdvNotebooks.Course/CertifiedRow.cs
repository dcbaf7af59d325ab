namespace AdvLib;

/// <summary>What a certified training is worth, as a record keeps it.</summary>
public sealed record CertifiedRow
{
    /// <summary>Name of the network.</summary>
    public required string Network { get; init; }

    /// <summary>Largest change of a pixel, in pixel units of [0, 1]; the training's too.</summary>
    public required double Epsilon { get; init; }

    /// <summary>Share of the pixels an attack may change that stayed intervals, as <see cref="CertifiedTraining.BoxShare"/>.</summary>
    public required double BoxShare { get; init; }

    /// <summary>Weight of the clean images' loss, as <see cref="CertifiedTraining.Kappa"/>; null in records of a time when it was 0.</summary>
    public double? Kappa { get; init; }

    /// <summary>Pixels by which training images were moved at most; null in records of a time when they were not.</summary>
    public int? Shift { get; init; }

    /// <summary>The training's seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The training's epochs: when each ended, and what was proved of held-out images then.</summary>
    public required IReadOnlyList<RatedEpoch> Epochs { get; init; }

    /// <summary>On images as they are.</summary>
    public required CountedAccuracy Clean { get; init; }

    /// <summary>Under AutoAttack, or it and the proofs' counterexamples: at most this much is robust.</summary>
    public required CountedAccuracy Attacked { get; init; }

    /// <summary>Proved: at least this much is robust.</summary>
    public required CountedAccuracy Verified { get; init; }

    /// <summary>The weights that it was measured on, as <see cref="RunWeights.Weights"/>.</summary>
    public required string Weights { get; init; }

    /// <summary>The engine and the processor that it was trained on.</summary>
    public required string TrainedOn { get; init; }

    /// <summary>Wall time of the training, in seconds.</summary>
    internal double Seconds => Epochs.Count == 0 ? 0 : Epochs[^1].Seconds;

    /// <summary>What was measured.</summary>
    internal IEnumerable<CountedAccuracy> Measured => [Clean, Attacked, Verified];

    /// <summary>The row of a result.</summary>
    /// <param name="result">What was measured.</param>
    /// <param name="model">The network that it was measured on.</param>
    /// <returns>The row.</returns>
    /// <exception cref="ArgumentException">The numbers are of different images, so that they cannot stand in one row.</exception>
    internal static CertifiedRow Of(CertifiedResult result, ITrainableClassifier model)
    {
        (CertifiedAccuracy proved, int count) = (result.Proved, result.Proved.Count);
        if (result.Attacked.Count != count)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"Proofs on {count} images, attacks on {result.Attacked.Count}. ")
                + "Expected: the same images. Take as many for both.", nameof(result));
        }

        return new()
        {
            Network = result.Network,
            Epsilon = Math.Round(proved.Epsilon, 6),
            BoxShare = Math.Round(result.Training.BoxShare, 6),
            Kappa = Math.Round(result.Training.Kappa, 6),
            Shift = result.Shift,
            Seed = result.Seed,
            Epochs = RatedEpoch.Of(result.History),
            Clean = new() { Accuracy = proved.CleanShare, Count = count },
            Attacked = CountedAccuracy.Of(result.Attacked),
            Verified = new() { Accuracy = proved.Share, Count = count },
            Weights = RunWeights.Of(model),
            TrainedOn = FormattableString.Invariant($"{model.Engine}, {model.Threads} threads, {Machine.Processor}"),
        };
    }

    /// <summary>Whether two rows are of networks trained the same way.</summary>
    /// <param name="other">The other row.</param>
    /// <returns>Whether one replaces the other.</returns>
    internal bool IsOfSameTraining(CertifiedRow other) => Training == other.Training;

    private (string, double, double, double, int, ulong, int) Training =>
        (Network, Epsilon, BoxShare, Kappa ?? 0, Shift ?? 0, Seed, Epochs.Count);
}
