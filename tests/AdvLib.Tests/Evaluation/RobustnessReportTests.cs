using System.Text.Json.Nodes;

namespace AdvLib.Tests;

public sealed class RobustnessReportTests
{
    private const int Count = 80;
    private static readonly ImageSet Images = Toy.Set(Count, seed: 9);
    private static readonly Sequential Old = ToyModels.Trained(epochs: 3);
    private static readonly Sequential Model = ToyModels.Trained(epochs: 8);
    private static readonly RobustnessSettings Settings = new(0.08f) { Steps = 10, Restarts = 2, Before = Old, Ensemble = AutoAttack.Standard(0.08f, 10, 40) };
    private static readonly RobustnessReport Report = RobustnessReport.Of(Model, Images, Settings);

    [Fact]
    public void Every_row_is_what_it_says()
    {
        Assert.Equal(["clean", "uniform_noise", "sign_noise", "stale_fgsm", "fgsm_tutorial", "fgsm", "pgd", "pgd_8bit", "autoattack", "transfer_from", "transfer_back"], Report.Rows.Select(row => row.Key));
        double Accuracy(string key) => Report[key]!.Evaluation.Accuracy;
        Assert.Equal(Evaluation.Of(Model, Images).Accuracy, Accuracy("clean"));
        Assert.Equal(Evaluation.Of(Model, new Fgsm(0.08f).Perturb(Old, Images)).Accuracy, Accuracy("stale_fgsm"));
        Assert.Equal(Evaluation.Under(new Fgsm(0.08f), Model, Images).Accuracy, Accuracy("fgsm_tutorial"));
        var pgd = new Pgd(0.08f) { Steps = 10 };
        Assert.Equal(Evaluation.Under(pgd with { Restarts = 2 }, Model, Images).Accuracy, Accuracy("pgd"));
        Assert.Equal(Evaluation.Of(Model, pgd.Perturb(Old, Images)).Accuracy, Accuracy("transfer_from"));
        Assert.Equal(Evaluation.Of(Old, (pgd with { Restarts = 2 }).Perturb(Model, Images)).Accuracy, Accuracy("transfer_back"));
        Assert.Equal(Evaluation.Under(Settings.Ensemble!, Model, Images).Accuracy, Accuracy("autoattack"));
        Assert.Equal(Evaluation.Under(pgd with { Restarts = 2 }, Model, Images, quantize: true).Accuracy, Accuracy("pgd_8bit"));
        Assert.Contains("PGD-10, rounded to 8 bits", Report.ToString(), StringComparison.Ordinal);
        Assert.All(Report.Rows, row => Assert.Equal(Count, row.Evaluation.Count));
        Assert.True(Accuracy("autoattack") <= Accuracy("pgd"));
        Assert.True(Accuracy("pgd") <= Accuracy("fgsm") && Accuracy("fgsm") <= Accuracy("sign_noise"));
        Assert.All(Report.Rows, row => Assert.Equal(row.Key == "stale_fgsm", row.Stale));
        Assert.Equal(4, Report["autoattack"]!.Standing.Count);
        Assert.Equal(10L * Count, Report["transfer_from"]!.Gradients);
    }

    [Fact]
    public void Stale_stands_beside_every_number_that_was_not_attacked_again()
    {
        string[] lines = Report.ToString().Split('\n');
        string stale = Assert.Single(lines, line => line.StartsWith("FGSM made from the baseline", StringComparison.Ordinal));
        Assert.Contains("stale *", stale, StringComparison.Ordinal);
        Assert.Contains("% *", stale, StringComparison.Ordinal);
        Assert.DoesNotContain(lines, line => line != stale && !line.StartsWith("* stale:", StringComparison.Ordinal) && line.Contains("% *", StringComparison.Ordinal));
        Assert.Contains("% *", Report["stale_fgsm"]!.ToString(), StringComparison.Ordinal);
        Assert.Contains("baseline, tutorial mode *", Report.ClassTable().ToString(), StringComparison.Ordinal);
        Assert.Contains("stale *", Report.ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void Verified_stands_beside_attacked_and_nowhere_above_it()
    {
        CertifiedAccuracy proved = Assert.IsType<CertifiedAccuracy>(Report.Verified);
        Assert.Equal(CertifiedAccuracy.Of(Model, Images, 0.08f).Verified, proved.Verified);
        Assert.InRange(proved.VerifiedCount, 1, Count - 1);
        Assert.All(Report.Rows.Where(row => row.Key is "fgsm" or "pgd"), row => Assert.True(proved.Share <= row.Evaluation.Accuracy, row.Key));
        string[] lines = Report.ToString().Split('\n');
        string pgd = Assert.Single(lines, line => line.StartsWith("PGD-10, worst of 2", StringComparison.Ordinal));
        Assert.Contains($"  {Show.Value(Report["pgd"]!.Evaluation.Accuracy, percent: true)}  ", pgd, StringComparison.Ordinal);
        Assert.Contains($"  {Show.Value(proved.Share, percent: true)}  ", pgd, StringComparison.Ordinal);
        Assert.Contains("the truth lies between", Report.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("verified", RobustnessReport.Of(new Unknown(Model), Images, Settings with { Before = null, AutoAttack = false }).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void So_few_images_are_flagged_in_the_table()
    {
        SanityFlag few = Assert.Single(Report.Flags, flag => flag.Check == "few images");
        Assert.Contains($"! {few}", Report.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("No sanity flag", Report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_an_older_model_and_AutoAttack_their_rows_are_left_out()
    {
        var heard = new List<string>();
        RobustnessReport report = RobustnessReport.Of(Model, Images, Settings with { Before = null, AutoAttack = false, Measured = row => heard.Add(row.Key) });
        Assert.Equal(["clean", "uniform_noise", "sign_noise", "fgsm_tutorial", "fgsm", "pgd", "pgd_8bit"], report.Rows.Select(row => row.Key));
        Assert.Equal(report.Rows.Select(row => row.Key), heard);
        Assert.Null(report["autoattack"]);
        Assert.NotEmpty(report.ClassChart().ToSvg());
    }

    // A model whose layers nobody knows.
    private sealed class Unknown(IDifferentiableClassifier model) : IDifferentiableClassifier
    {
        public Shape InputShape => model.InputShape;

        public int Classes => model.Classes;

        public string Engine => model.Engine;

        public int Threads => model.Threads;

        public void Logits(ReadOnlySpan<float> images, Span<float> logits) => model.Logits(images, logits);

        public void InputGradient(ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Loss loss, Span<float> gradient, Span<float> logits) =>
            model.InputGradient(images, labels, loss, gradient, logits);
    }

    [Fact]
    public void A_card_takes_it_row_by_row()
    {
        using var folder = new ArtifactsFolder();
        RunCard.Begin("01-load-mnist", Dataset.Load(Dataset.Synthetic, 10, 10, 1), 1).Record("mixed", Report, Model).Save();
        JsonNode card = JsonNode.Parse(File.ReadAllText(Artifacts.PathOf("run.json")))!;
        JsonNode pgd = card["results"]!["mixed_pgd"]!;
        Assert.Equal(Report["pgd"]!.Evaluation.Accuracy, (double)pgd["accuracy"]!);
        Assert.Equal(Report["pgd"]!.Evaluation.Interval.Low, (double)pgd["low"]!);
        Assert.Equal(("fresh", 0.08), ((string?)pgd["kind"], (double)pgd["epsilon"]!));
        Assert.Equal("stale", (string?)card["results"]!["mixed_stale_fgsm"]!["kind"]);
        Assert.Contains("few images", card["flags"]!["mixed"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.NotNull(RunCard.Continue("02", "01-load-mnist").Accuracy("mixed_autoattack"));
    }
}
