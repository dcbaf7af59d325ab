using System.Text.Json.Serialization;

namespace AdvLib;

/// <summary>One number of a run, with what it was measured on.</summary>
public sealed record RunResult
{
    /// <summary>Mean categorical cross-entropy; null when it was no number, as of a network that diverged.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required double? Loss { get; init; }

    /// <summary>Share of images classified correctly, a fraction.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Number of images.</summary>
    public required int Count { get; init; }

    /// <summary>What kind of images, for example <c>fresh</c>; null where the name says it.</summary>
    public string? Kind { get; init; }

    /// <summary>Lower end of the accuracy's 95% interval.</summary>
    public double? Low { get; init; }

    /// <summary>Upper end of the accuracy's 95% interval.</summary>
    public double? High { get; init; }

    /// <summary>Mean probability of the class that was predicted.</summary>
    public double? Confidence { get; init; }

    /// <summary>Largest change of a pixel, in pixel units of [0, 1]; 0 for images as they are, null in records of before.</summary>
    public double? Epsilon { get; init; }

    /// <summary>Gradients that the attack took, image by image.</summary>
    public long? Gradients { get; init; }

    /// <summary>Forward passes without a gradient that the attack took, image by image.</summary>
    public long? Queries { get; init; }

    /// <summary>The weights that it was measured on, as <see cref="RunWeights.Weights"/>; null in records of before it was kept.</summary>
    public string? Weights { get; init; }

    /// <summary>The weights that the images were made from, where those are others.</summary>
    public string? MadeFrom { get; init; }

    /// <summary>What is proved: a lower bound of the accuracy under every attack within epsilon. It has no loss.</summary>
    /// <param name="proved">What was proved.</param>
    /// <returns>The number, without the weights.</returns>
    internal static RunResult Verified(CertifiedAccuracy proved) =>
        Counted("verified", proved.VerifiedCount, proved.Count) with { Epsilon = Math.Round(proved.Epsilon, 6) };

    /// <summary>What a network reads of the images that were to be proved, as they are.</summary>
    /// <param name="proved">What was proved.</param>
    /// <returns>The number, without the weights.</returns>
    internal static RunResult Clean(CertifiedAccuracy proved) =>
        Counted("clean", proved.CleanCount, proved.Count) with { Epsilon = 0 };

    private static RunResult Counted(string kind, int right, int count)
    {
        var interval = ConfidenceInterval.Of(right, count);
        return new()
        {
            Loss = null,
            Accuracy = right / (double)count,
            Count = count,
            Kind = kind,
            Low = interval.Low,
            High = interval.High,
        };
    }

    /// <summary>What an evaluation says.</summary>
    /// <param name="evaluation">What was measured.</param>
    /// <returns>The number, without what it was measured on. JSON has no NaN: the loss of a model that diverged is null.</returns>
    internal static RunResult Of(Evaluation evaluation) => new()
    {
        Loss = double.IsFinite(evaluation.Loss) ? evaluation.Loss : null,
        Accuracy = evaluation.Accuracy,
        Count = evaluation.Count,
    };
}
