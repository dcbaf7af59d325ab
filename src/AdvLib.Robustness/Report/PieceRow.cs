namespace AdvLib;

/// <summary>One number of a robustness report on a piece of its images, image by image.</summary>
/// <param name="Key">Short name, for example <c>pgd</c>.</param>
/// <param name="Label">What was evaluated, for tables.</param>
/// <param name="Images">Name of the images that were shown to the model.</param>
/// <param name="Kind">What kind of images they are.</param>
/// <param name="Predicted">The class the model saw in each.</param>
/// <param name="Loss">Categorical cross-entropy of each.</param>
/// <param name="Confidence">Probability of the predicted class of each.</param>
public sealed record PieceRow(
    string Key, string Label, string Images, EvaluationKind Kind, IReadOnlyList<int> Predicted, IReadOnlyList<float> Loss,
    IReadOnlyList<float> Confidence)
{
    /// <summary>Gradients that the attack took, counted image by image.</summary>
    public long Gradients { get; init; }

    /// <summary>Forward passes without a gradient that the attack took, counted image by image.</summary>
    public long Queries { get; init; }

    /// <summary>For an ensemble its members in order, with the number of images that stood after each; else empty.</summary>
    public IReadOnlyList<MemberStanding> Standing { get; init; } = [];
}

/// <summary>How many images stood after a member of an ensemble.</summary>
/// <param name="Attack">The member.</param>
/// <param name="Images">Number of images.</param>
public sealed record MemberStanding(string Attack, int Images);
