namespace AdvLib;

/// <summary>What one defence is worth, as a record keeps it.</summary>
public sealed record DefenceRow
{
    /// <summary>Name of the defence.</summary>
    public required string Defence { get; init; }

    /// <summary>What was trained; null in records of before there was another than SimpleCnn.</summary>
    public string? Network { get; init; }

    /// <summary>Largest change of a pixel that the attacks may make, in pixel units of [0, 1].</summary>
    public required double Epsilon { get; init; }

    /// <summary>The epsilon of the training's attack.</summary>
    public required double TrainedAt { get; init; }

    /// <summary>Pixels by which training images were moved at most; null in records of before there were shifts.</summary>
    public int? Shift { get; init; }

    /// <summary>Share of the training's adversaries that started from squares; null in records of before there were any.</summary>
    public double? SquareStarts { get; init; }

    /// <summary>Passes over the training images.</summary>
    public required int Epochs { get; init; }

    /// <summary>Wall time of the training.</summary>
    public required double Seconds { get; init; }

    /// <summary>On images as they are.</summary>
    public required CountedAccuracy Clean { get; init; }

    /// <summary>Under PGD.</summary>
    public required CountedAccuracy Pgd { get; init; }

    /// <summary>Under AutoAttack.</summary>
    public required CountedAccuracy AutoAttack { get; init; }

    /// <summary>The weights that it was measured on, as <see cref="RunWeights.Weights"/>; null in records of before it was kept.</summary>
    public string? Weights { get; init; }

    /// <summary>The row of a result.</summary>
    /// <param name="result">What was measured.</param>
    /// <param name="weights">The weights that it was measured on.</param>
    /// <returns>The row.</returns>
    internal static DefenceRow Of(DefenceResult result, string weights) => new()
    {
        Defence = result.Defence,
        Network = result.Network,
        Epsilon = Math.Round(result.Epsilon, 6),
        TrainedAt = Math.Round(result.TrainedAt, 6),
        Shift = result.Shift,
        SquareStarts = Math.Round(result.SquareStarts, 6),
        Epochs = result.Epochs,
        Seconds = Math.Round(result.Seconds, 1),
        Clean = CountedAccuracy.Of(result.Clean),
        Pgd = CountedAccuracy.Of(result.Pgd),
        AutoAttack = CountedAccuracy.Of(result.AutoAttack),
        Weights = weights,
    };

    /// <summary>What was measured.</summary>
    internal IEnumerable<CountedAccuracy> Measured => [Clean, Pgd, AutoAttack];

    /// <summary>Whether two rows are of networks trained the same way.</summary>
    /// <param name="other">The other row.</param>
    /// <returns>Whether one replaces the other.</returns>
    internal bool IsOfSameTraining(DefenceRow other) => Training == other.Training;

    /// <summary>What was trained, also where the record does not say.</summary>
    internal string Trained => Network ?? "SimpleCnn";

    private (string, string, double, double, int, double) Training => (Defence, Trained, Epsilon, TrainedAt, Shift ?? 0, SquareStarts ?? 0);
}
