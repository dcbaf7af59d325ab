using System.Globalization;

namespace AdvLib;

/// <summary>
/// What a model is worth against attacks, from harmless noise to the worst case of AutoAttack, in one table: how many images, how sure
/// the number is, and which numbers were measured on images made for another model. Sanity flags warn of numbers that cannot be trusted.
/// </summary>
[TypeFormatterSource(typeof(VisualFormatters), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class RobustnessReport : IVisual
{
    private RobustnessReport(string images, RobustnessSettings settings, IReadOnlyList<RobustnessPiece> pieces)
    {
        (Images, Settings, HasGradients) = (images, settings, pieces[0].HasGradients);
        Rows =
        [
            .. pieces[0].Rows.Select((_, i) =>
                RobustnessRow.Join([.. pieces.Select(piece => (piece.Rows[i], piece.Answers(piece.Rows[i])))], pieces[0].Classes)),
        ];
        Verified = pieces.All(piece => piece.Proofs is not null)
            ? CertifiedAccuracy.Join(images, settings.Epsilon, [.. pieces.Select(piece => piece.Proofs!)])
            : null;
        Flags = SanityChecks.Find(this, PieceChecks.Join(pieces.Select(piece => piece.Checks)));
    }

    /// <summary>Name of the image set.</summary>
    public string Images { get; }

    /// <summary>What was asked for.</summary>
    public RobustnessSettings Settings { get; }

    /// <summary>The numbers, in the table's order.</summary>
    public IReadOnlyList<RobustnessRow> Rows { get; }

    /// <summary>What makes some of the numbers untrustworthy; empty when nothing was found.</summary>
    public IReadOnlyList<SanityFlag> Flags { get; }

    /// <summary>
    /// What is proved within the report's epsilon, a lower bound under every attack; null for a model whose layers are not known, or
    /// cannot be bounded, and in L2. Attacked accuracy is an upper bound, and the truth lies between.
    /// </summary>
    public CertifiedAccuracy? Verified { get; }

    /// <summary>Whether the model has gradients. Without them noise and Square are all that has looked for adversaries.</summary>
    public bool HasGradients { get; }

    /// <summary>The lowest accuracy that an attack on this very model left, its pixels within [0, 1]: an upper bound of its robustness.
    /// </summary>
    public RobustnessRow Worst => Rows.Where(IsBound).MinBy(row => row.Evaluation.Correct)!;

    /// <summary>A row by its key.</summary>
    /// <param name="key">For example <c>pgd</c>.</param>
    /// <returns>The row; null when it was not measured.</returns>
    public RobustnessRow? this[string key] => Rows.FirstOrDefault(row => row.Key == key);

    /// <summary>Attacks a model in every way of the table. Minutes for all of a test set; most of them are AutoAttack's.</summary>
    /// <param name="model">The model. One without gradients is attacked by noise and Square alone, as the table says.</param>
    /// <param name="images">Clean images with their true labels, pixels in [0, 1].</param>
    /// <param name="settings">What to measure.</param>
    /// <returns>The report.</returns>
    /// <exception cref="ShapeMismatchException">The images do not fit the model.</exception>
    /// <exception cref="ImageSetException">The images' pixels are of another scale than epsilon.</exception>
    /// <exception cref="NumericalFaultException">The model answers an image, or an attack, with NaN or infinity.</exception>
    public static RobustnessReport Of(IClassifier model, ImageSet images, RobustnessSettings settings)
    {
        ArgumentNullException.ThrowIfNull(images);
        return Join(images.Name, settings, [RobustnessPiece.Of(model, images, 0, images.Count, settings)]);
    }

    /// <summary>
    /// The report of pieces that were measured one by one: the same numbers to the digit, however the images were divided.
    /// </summary>
    /// <param name="images">Name of the image set.</param>
    /// <param name="settings">What they were measured by.</param>
    /// <param name="pieces">All pieces, in any order.</param>
    /// <returns>The report.</returns>
    /// <exception cref="ArgumentException">A piece is missing, there twice, unsound, or was measured otherwise than the others.</exception>
    public static RobustnessReport Join(string images, RobustnessSettings settings, IReadOnlyList<RobustnessPiece> pieces)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(pieces);
        RobustnessPiece[] ordered = [.. pieces.OrderBy(piece => piece.Start)];
        int next = 0;
        foreach (RobustnessPiece piece in ordered)
        {
            if (piece.Start != next || !piece.IsSound() || !IsLike(piece, ordered[0]))
                throw new ArgumentException(
                    $"A piece from image {piece.Start} on where {next} is next. Expected: each piece once, all of one measurement.",
                    nameof(pieces));
            next += piece.Labels.Count;
        }

        return next > 0 ? new RobustnessReport(images, settings, ordered)
            : throw new ArgumentException("No piece. Expected: at least one.", nameof(pieces));
    }

    /// <summary>Accuracy of each class, image kind by image kind.</summary>
    /// <returns>The chart.</returns>
    public BarChart ClassChart()
    {
        string[] keys = ["clean", "fgsm", "pgd", "autoattack"];
        Evaluation clean = this["clean"]!.Evaluation;
        int[] classes = [.. Enumerable.Range(0, clean.Classes)
            .Where(c => keys.All(key => this[key] is null || !double.IsNaN(this[key]!.Evaluation.ClassAccuracy[c])))];
        var chart = new BarChart($"Accuracy of each class, {Epsilon}",
            classes.Select(c => c.ToString(CultureInfo.InvariantCulture)), "accuracy")
        {
            Percent = true,
        };
        foreach (RobustnessRow row in keys.Select(key => this[key]).OfType<RobustnessRow>())
            chart = chart.Add(
                row.Label, classes.Select(c => row.Evaluation.ClassAccuracy[c]), classes.Select(c => row.Evaluation.ClassCounts[c]));
        return chart;
    }

    /// <summary>Accuracy of each class under each attack.</summary>
    /// <returns>The table.</returns>
    public TableView ClassTable()
    {
        int classes = this["clean"]!.Evaluation.Classes;
        var table = new TableView($"Accuracy of each class on {Images}, {Epsilon}",
            ["evaluated on", .. Enumerable.Range(0, classes).Select(c => c.ToString(CultureInfo.InvariantCulture))]);
        foreach (RobustnessRow row in Rows)
            table = table.Row([Marked(row),
                .. row.Evaluation.ClassAccuracy.Select(accuracy => double.IsNaN(accuracy) ? "-" : Show.Brief(accuracy, percent: true))]);
        return table.Note(StaleNote);
    }

    /// <summary>The report's table.</summary>
    /// <returns>The table.</returns>
    public TableView Table()
    {
        string[] accuracies = Verified is null ? ["accuracy"] : ["accuracy", "verified"];
        string[] headers = ["evaluated on", "kind", .. accuracies, "95% interval", "worst class", "mean confidence", "images"];
        var table = new TableView($"Robustness on {Images}, {(Settings.Norm == Norm.Linf ? "L-inf " : "")}{Epsilon}", headers)
        {
            Align = "ll".PadRight(headers.Length, 'r'),
        };
        foreach (RobustnessRow row in Rows)
        {
            Evaluation measured = row.Evaluation;
            string stale = row.Stale ? " *" : "";
            string accuracy = Show.Value(measured.Accuracy, percent: true) + stale;
            string[] shares = Verified is null ? [accuracy] : [accuracy, VerifiedOf(row)];
            table = table.Row([
                row.Label, measured.Kind.ToString().ToLowerInvariant() + stale, .. shares,
                measured.Interval.ToString(), Show.Brief(measured.ClassAccuracy.Where(share => !double.IsNaN(share)).Min(), percent: true),
                Show.Brief(measured.MeanConfidence, percent: true), measured.Count.ToString("N0", CultureInfo.InvariantCulture),
            ]);
        }

        if (Verified is not null)
            table = table.Note(VerifiedNote);

        if (Rows.Any(row => row.Stale))
            table = table.Note(StaleNote);
        if (!HasGradients)
            table = table.Note(BlindNote);
        foreach (SanityFlag flag in Flags)
            table = table.Note($"! {flag}");
        return Flags.Count > 0 ? table : table.Note("No sanity flag: nothing here contradicts itself.");
    }

    /// <inheritdoc/>
    public string ToHtml() => Table().ToHtml();

    /// <summary>The table as text.</summary>
    /// <returns>The table, its notes and flags.</returns>
    public override string ToString() => Table().ToString();

    private const string StaleNote = "* stale: these images were made from an earlier model and not made again. "
        + "They say nothing about an attacker who sees this one; the fresh rows do.";

    private const string VerifiedNote = "verified: proved of the same images, for every attack within epsilon that keeps pixels in "
        + "[0, 1]. A lower bound, as accuracy under attack is an upper one: the truth lies between.";

    private const string BlindNote = "This model shows no gradients: noise and Square, which see logits alone, looked for adversaries. "
        + "Attacks that use gradients may leave less.";

    // Of attacks on this model that stay in the pixels' range: nothing is proved about others' images.
    private static bool IsBound(RobustnessRow row) => row.Evaluation.Kind == EvaluationKind.Fresh && row.Key != "fgsm_tutorial";

    private static bool IsLike(RobustnessPiece piece, RobustnessPiece first) =>
        (piece.Classes, piece.HasGradients, piece.Proofs is null) == (first.Classes, first.HasGradients, first.Proofs is null)
        && piece.Rows.Select(row => (row.Key, row.Standing.Count)).SequenceEqual(first.Rows.Select(row => (row.Key, row.Standing.Count)));

    private string VerifiedOf(RobustnessRow row) => !IsBound(row) ? "-"
        : Show.Value(Verified!.Verified.Take(row.Evaluation.Count).Count(image => image) / (double)row.Evaluation.Count, percent: true);

    private static string Marked(RobustnessRow row) => row.Label + (row.Stale ? " *" : "");

    private string Epsilon => string.Create(
        CultureInfo.InvariantCulture, $"{(Settings.Norm == Norm.Linf ? "" : $"{Settings.Norm} ")}epsilon {Settings.Epsilon:G3}");
}
