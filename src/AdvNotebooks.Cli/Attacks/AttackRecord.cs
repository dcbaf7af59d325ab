namespace AdvNotebooks.Cli.Attacks;

/// <summary>An attack's results as a file: what was attacked, by what, and every number of the report.</summary>
internal sealed record AttackRecord
{
    /// <summary>The form of the file.</summary>
    public required int Schema { get; init; }

    /// <summary>Model, images and settings.</summary>
    public required AttackPlan Plan { get; init; }

    /// <summary>SHA-256 of the plan, in a few digits.</summary>
    public required string PlanHash { get; init; }

    /// <summary>The engines that computed it.</summary>
    public required string[] Engines { get; init; }

    /// <summary>Whether the model has gradients; without them noise and Square alone attacked it.</summary>
    public required bool Gradients { get; init; }

    /// <summary>Time of computing, all processes together.</summary>
    public required double Seconds { get; init; }

    /// <summary>The rows of the report.</summary>
    public required Row[] Rows { get; init; }

    /// <summary>Key of the row with the lowest accuracy.</summary>
    public required string Lowest { get; init; }

    /// <summary>Share of the images that is proved; null for a model that cannot be bounded.</summary>
    public double? Verified { get; init; }

    /// <summary>What makes some of the numbers untrustworthy.</summary>
    public required string[] Flags { get; init; }

    /// <summary>The record of a report.</summary>
    /// <param name="plan">What was attacked, and how.</param>
    /// <param name="pieces">The pieces.</param>
    /// <param name="report">What they are together.</param>
    /// <returns>The record.</returns>
    public static AttackRecord Of(AttackPlan plan, IReadOnlyList<AttackPiece> pieces, RobustnessReport report) => new()
    {
        Schema = AttackPiece.CurrentSchema,
        Plan = plan,
        PlanHash = plan.Hash(),
        Engines = [.. pieces.Select(piece => piece.Result.Engine).Distinct()],
        Gradients = report.HasGradients,
        Seconds = Math.Round(pieces.Sum(piece => piece.Seconds), 2),
        Rows = [.. report.Rows.Select(Row.Of)],
        Lowest = report.Worst.Key,
        Verified = report.Verified?.Share,
        Flags = [.. report.Flags.Select(flag => flag.ToString())],
    };

    /// <summary>A number of the report.</summary>
    /// <param name="Key">Short name.</param>
    /// <param name="Label">What was evaluated.</param>
    /// <param name="Kind">What kind of images they are.</param>
    /// <param name="Accuracy">Share of images classified correctly, a fraction.</param>
    /// <param name="Low">Lower end of its 95% interval.</param>
    /// <param name="High">Upper end.</param>
    /// <param name="Correct">Images classified correctly.</param>
    /// <param name="Count">Number of images.</param>
    /// <param name="Loss">Mean cross-entropy.</param>
    /// <param name="Confidence">Mean probability of the predicted class.</param>
    /// <param name="Gradients">Gradients that the attack took.</param>
    /// <param name="Queries">Forward passes without a gradient that it took.</param>
    internal sealed record Row(
        string Key, string Label, EvaluationKind Kind, double Accuracy, double Low, double High, int Correct, int Count, double Loss,
        double Confidence, long Gradients, long Queries)
    {
        /// <summary>A row of the report.</summary>
        public static Row Of(RobustnessRow row)
        {
            Evaluation measured = row.Evaluation;
            return new Row(
                row.Key, row.Label, measured.Kind, measured.Accuracy, measured.Interval.Low, measured.Interval.High, measured.Correct,
                measured.Count, measured.Loss, measured.MeanConfidence, row.Gradients, row.Queries);
        }
    }
}
