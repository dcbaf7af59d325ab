namespace AdvLib;

/// <summary>An accuracy, and on how many images.</summary>
public sealed record CountedAccuracy
{
    /// <summary>Share of images classified correctly, a fraction.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Number of images.</summary>
    public required int Count { get; init; }

    /// <summary>Its 95% interval.</summary>
    internal ConfidenceInterval Interval => ConfidenceInterval.Of((int)Math.Round(Accuracy * Count), Count);

    /// <summary>What an evaluation says.</summary>
    /// <param name="evaluation">What was measured.</param>
    /// <returns>Its accuracy and count.</returns>
    internal static CountedAccuracy Of(Evaluation evaluation) => new() { Accuracy = evaluation.Accuracy, Count = evaluation.Count };

    /// <summary>The accuracy as tables show it.</summary>
    /// <returns>For example <c>98.94%</c>.</returns>
    public override string ToString() => FormattableString.Invariant($"{100 * Accuracy:0.00}%");
}
