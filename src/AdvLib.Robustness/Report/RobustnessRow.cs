namespace AdvLib;

/// <summary>One number of a robustness report.</summary>
/// <param name="Key">Short name for <c>run.json</c>, for example <c>pgd</c>.</param>
/// <param name="Label">What was evaluated, for tables.</param>
/// <param name="Evaluation">What was measured.</param>
[TypeFormatterSource(typeof(VisualFormatters))]
public sealed record RobustnessRow(string Key, string Label, Evaluation Evaluation) : IVisual
{
    /// <summary>Gradients that the attack took, counted image by image.</summary>
    public long Gradients { get; init; }

    /// <summary>Forward passes without a gradient that the attack took, counted image by image.</summary>
    public long Queries { get; init; }

    /// <summary>For an ensemble its members in order, with the number of images that stood after each; else empty.</summary>
    public IReadOnlyList<(string Attack, int Standing)> Standing { get; init; } = [];

    /// <summary>
    /// Whether the images were made from an earlier model, so that the number says nothing about an attacker who sees this one.
    /// </summary>
    public bool Stale => Evaluation.Kind == EvaluationKind.Stale;

    /// <summary>One row of the rows of a report's pieces, in the order of the images.</summary>
    internal static RobustnessRow Join(IReadOnlyList<(PieceRow Row, IEnumerable<ImageAnswer> Answers)> pieces, int classes)
    {
        PieceRow first = pieces[0].Row;
        return new RobustnessRow(
            first.Key, first.Label, Evaluation.Of(first.Images, first.Kind, classes, pieces.SelectMany(piece => piece.Answers)))
        {
            Gradients = pieces.Sum(piece => piece.Row.Gradients),
            Queries = pieces.Sum(piece => piece.Row.Queries),
            Standing = [.. first.Standing.Select((member, i) => (member.Attack, pieces.Sum(piece => piece.Row.Standing[i].Images)))],
        };
    }

    /// <inheritdoc/>
    public string ToHtml() => new TableView(Label, "kind", "accuracy", "95% interval", "images")
        .Row(Evaluation.Kind.ToString().ToLowerInvariant() + (Stale ? " *" : ""),
            Show.Value(Evaluation.Accuracy, percent: true) + (Stale ? " *" : ""), Evaluation.Interval.ToString(),
            FormattableString.Invariant($"{Evaluation.Count:N0}"))
        .ToHtml();

    /// <summary>The row as one line.</summary>
    /// <returns>Label, accuracy and interval.</returns>
    public override string ToString() => FormattableString.Invariant(
        $"{Label}: {100 * Evaluation.Accuracy:0.00}%{(Stale ? " * (stale)" : "")} ({Evaluation.Interval}, {Evaluation.Count} images)");
}
