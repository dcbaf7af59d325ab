using System.Globalization;

namespace AdvLib;

/// <summary>
/// What a model is worth against attacks, from harmless noise to the worst case of AutoAttack, in one table: how many images, how sure
/// the number is, and which numbers were measured on images made for another model. Sanity flags warn of numbers that cannot be trusted.
/// </summary>
[TypeFormatterSource(typeof(VisualFormatters), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class RobustnessReport : IVisual
{
    private readonly List<RobustnessRow> _rows = [];

    private RobustnessReport(ImageSet images, RobustnessSettings settings)
    {
        Images = images.Name;
        Settings = settings;
        Flags = [];
    }

    /// <summary>Name of the image set.</summary>
    public string Images { get; }

    /// <summary>What was asked for.</summary>
    public RobustnessSettings Settings { get; }

    /// <summary>The numbers, in the table's order.</summary>
    public IReadOnlyList<RobustnessRow> Rows => _rows;

    /// <summary>What makes some of the numbers untrustworthy; empty when nothing was found.</summary>
    public IReadOnlyList<SanityFlag> Flags { get; private set; }

    /// <summary>
    /// What is proved within the report's epsilon, a lower bound under every attack; null for a model whose layers are not known, or
    /// cannot be
    /// bounded. Attacked accuracy is an upper bound, and the truth lies between.
    /// </summary>
    public CertifiedAccuracy? Verified { get; private set; }

    /// <summary>A row by its key.</summary>
    /// <param name="key">For example <c>pgd</c>.</param>
    /// <returns>The row; null when it was not measured.</returns>
    public RobustnessRow? this[string key] => _rows.Find(row => row.Key == key);

    /// <summary>Attacks a model in every way of the table. Minutes for all of a test set; most of them are AutoAttack's.</summary>
    /// <param name="model">The model.</param>
    /// <param name="images">Clean images with their true labels, pixels in [0, 1].</param>
    /// <param name="settings">What to measure.</param>
    /// <returns>The report.</returns>
    /// <exception cref="ShapeMismatchException">The images do not fit the model.</exception>
    /// <exception cref="ImageSetException">The images' pixels are of another scale than epsilon.</exception>
    /// <exception cref="NumericalFaultException">The model answers an image, or an attack, with NaN or infinity.</exception>
    public static RobustnessReport Of(IDifferentiableClassifier model, ImageSet images, RobustnessSettings settings)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(settings);
        var report = new RobustnessReport(images, settings);
        using Work work = Work.Begin($"robustness report on {images.Name}", Passes(settings, images));
        report.Add("clean", "clean images", Evaluation.Of(model, images));
        report.Attack("uniform_noise", "uniform noise", new UniformNoise(settings.Epsilon) { Seed = settings.Seed }, model, images,
            EvaluationKind.Noise);
        report.Attack("sign_noise", "sign noise", new SignNoise(settings.Epsilon, settings.Seed) { Clip = PixelRange.Unit }, model, images,
            EvaluationKind.Noise);
        if (settings.Before is { } old)
            report.Add("stale_fgsm", $"FGSM made from {settings.BeforeName}, tutorial mode",
                Evaluation.Of(model, settings.TutorialFgsm.Perturb(old, images), EvaluationKind.Stale));
        report.Attack("fgsm_tutorial", "FGSM, tutorial mode", settings.TutorialFgsm, model, images);
        report.Attack("fgsm", "FGSM, cross-entropy, clipped", settings.UsualFgsm, model, images);
        AttackResult pgd = report.Attack("pgd", $"PGD-{settings.Steps}, worst of {settings.Restarts}", settings.Pgd, model, images);
        report.Add("pgd_8bit", $"PGD-{settings.Steps}, rounded to 8 bits",
            Evaluation.Of(model, pgd.Adversaries.Quantize(images), EvaluationKind.Fresh));
        if (settings.AutoAttack)
            report.Attack("autoattack", settings.Ensemble is null ? "AutoAttack" : settings.Ensemble.Name, settings.Worst, model, images);

        if (settings.Before is { } other)
        {
            report.Attack("transfer_from", $"PGD-{settings.Steps} made from {settings.BeforeName}", settings.Pgd with { Restarts = 1 },
                other, images, EvaluationKind.Transfer, model);
            report.Add("transfer_back", $"PGD-{settings.Steps} made from this model, shown to {settings.BeforeName}",
                Evaluation.Of(other, pgd.Adversaries, EvaluationKind.Transfer));
        }

        if (model is INetwork network && NetworkBounds.Exist(network.Description))
            report.Verified = CertifiedAccuracy.Of(network, images, settings.Epsilon);
        report.Flags = SanityChecks.Find(report, model, images);
        return report;
    }

    /// <summary>Accuracy of each class, image kind by image kind.</summary>
    /// <returns>The chart.</returns>
    public BarChart ClassChart()
    {
        string[] keys = ["clean", "fgsm", "pgd", "autoattack"];
        Evaluation clean = this["clean"]!.Evaluation;
        int[] classes = [.. Enumerable.Range(0, clean.Classes)
            .Where(c => keys.All(key => this[key] is null || !double.IsNaN(this[key]!.Evaluation.ClassAccuracy[c])))];
        var chart = new BarChart($"Accuracy of each class, epsilon {Number(Settings.Epsilon)}",
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
        var table = new TableView($"Accuracy of each class on {Images}, epsilon {Number(Settings.Epsilon)}",
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
        var table = new TableView($"Robustness on {Images}, L-inf epsilon {Number(Settings.Epsilon)}", headers)
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

    // Of attacks on this model that stay in the pixels' range: nothing is proved about others' images.
    private string VerifiedOf(RobustnessRow row) => row.Evaluation.Kind != EvaluationKind.Fresh || row.Key == "fgsm_tutorial" ? "-"
        : Show.Value(Verified!.Verified.Take(row.Evaluation.Count).Count(image => image) / (double)row.Evaluation.Count, percent: true);

    private static string Marked(RobustnessRow row) => row.Label + (row.Stale ? " *" : "");

    private static string Number(float value) => value.ToString("G3", CultureInfo.InvariantCulture);

    // What the rows cost, in the order of the table; proofs and the flags' own checks come on top.
    private static double Passes(RobustnessSettings settings, ImageSet images)
    {
        double Cost(IAttack<IDifferentiableClassifier> attack) => attack.Passes(images.Classes) + 1;
        double all = 4 + (2 * Cost(settings.UsualFgsm)) + Cost(settings.Pgd);
        if (settings.Before is not null)
            all += Cost(settings.TutorialFgsm) + Cost(settings.Pgd with { Restarts = 1 }) + 1;
        return images.Count * (all + (settings.AutoAttack ? Cost(settings.Worst) : 0));
    }

    // Images made from one model, shown to another where the second is given.
    private AttackResult Attack(string key, string label, IAttack<IDifferentiableClassifier> attack, IDifferentiableClassifier model,
        ImageSet images, EvaluationKind kind = EvaluationKind.Fresh, IDifferentiableClassifier? shownTo = null)
    {
        AttackResult result = attack is WorstCase ensemble ? ensemble.Attack(model, images) : attack.Attack(model, images);
        Add(key, label, Evaluation.Of(shownTo ?? model, result.Adversaries, kind), result);
        return result;
    }

    // A row does not keep the attack's result, which holds all adversaries.
    private void Add(string key, string label, Evaluation evaluation, AttackResult? attack = null)
    {
        _rows.Add(new RobustnessRow(key, label, evaluation)
        {
            Gradients = attack?.Gradients ?? 0,
            Queries = attack?.Queries ?? 0,
            Standing = attack?.Standing ?? [],
        });
        Settings.Measured?.Invoke(_rows[^1]);
    }
}
