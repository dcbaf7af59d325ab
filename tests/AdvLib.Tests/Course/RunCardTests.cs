using System.Text.Json.Nodes;

namespace AdvLib.Tests;

[Collection(nameof(ProcessState))]
public sealed class RunCardTests : IDisposable
{
    private const string First = "01-load-mnist", Second = "02-train-baseline";
    private static readonly Dataset Data = Dataset.Load(Dataset.Synthetic, 30, 20, seed: 7);
    private static readonly FakeClassifier Four = new(Shape.Vector(1), 2);
    private readonly ArtifactsFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_saved_card_has_all_the_fields_of_the_format()
    {
        RunCard.Begin(First, Data, seed: 7).SetEngine(new FakeClassifier(Data.Train.Shape, 10)).Set("epochs", 3).Record("clean_before", Clean(), Four).Save();
        JsonObject card = Saved();
        string[] fields = ["schema", "seed", "dataset", "engine", "threads", "cpu", "dotnet", "commit", "started", "seconds", "settings", "results"];
        Assert.All(fields, field => Assert.True(card.ContainsKey(field), field));
        Assert.Equal(1, (int)card["schema"]!);
        Assert.Equal(7ul, (ulong)card["seed"]!);
        Assert.Equal(("synthetic digits", 30, 20), ((string)card["dataset"]!["name"]!, (int)card["dataset"]!["train"]!, (int)card["dataset"]!["test"]!));
        Assert.Equal(("a test", 3), ((string)card["engine"]!, (int)card["threads"]!));
        Assert.Equal(Machine.Processor, (string)card["cpu"]!);
        Assert.Equal(Environment.Version.ToString(), (string)card["dotnet"]!);
        Assert.Equal(Machine.Commit(Artifacts.RepositoryRoot()), (string?)card["commit"]);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", (string)card["started"]!);
        Assert.Equal((double)card["notebooks"]![First]!, (double)card["seconds"]!);
        Assert.Equal(3, (int)card["settings"]![First]!["epochs"]!);
        JsonObject result = card["results"]!["clean_before"]!.AsObject();
        Assert.Equal(["loss", "accuracy", "count", "epsilon", "weights"], result.Select(field => field.Key));
        Assert.Equal((Clean().Loss, 0.5, 4), ((double)result["loss"]!, (double)result["accuracy"]!, (int)result["count"]!));
    }

    [Fact]
    public void What_is_proved_is_recorded_by_itself_and_with_a_report()
    {
        // Class 1 where the first pixel is above 0.5: an epsilon of 0.1 proves the outer two of four, reads three, and misses one.
        var model = new Sequential(Shape.Vector(2), 1, new Dense(2));
        model.SetWeights([new NamedTensor("dense.kernel", [2, 2], [-1, 1, 0, 0]), new NamedTensor("dense.bias", [2], [0.5f, -0.5f])]);
        var images = new ImageSet("pairs", model.InputShape, 2, [0, 0, 0.45f, 0, 1, 0, 0.55f, 0], [0, 0, 1, 0]);
        var settings = new RobustnessSettings(0.1f) { AutoAttack = false };
        RunCard.Begin(First, Data, seed: 7)
            .Record("proved", CertifiedAccuracy.Of(model, images, 0.1f), model)
            .Record("judged", RobustnessReport.Of(model, images, settings), model).Save();

        IReadOnlyDictionary<string, RunResult> results = RunCard.Open(_folder.Card).Content.Results;
        RunResult verified = results["proved_verified"], clean = results["proved_clean"];
        Assert.Equal(("verified", 0.5, 4, 0.1), (verified.Kind, verified.Accuracy, verified.Count, verified.Epsilon));
        Assert.Equal(("clean", 0.75, 0.0), (clean.Kind, clean.Accuracy, clean.Epsilon));
        Assert.Null(verified.Loss);
        Assert.Equal(RunWeights.Of(model), verified.Weights);
        Assert.Equal(verified, results["judged_verified"]);
        Assert.True(results["judged_pgd"].Accuracy >= verified.Accuracy);
    }

    [Fact]
    public void Results_and_settings_survive_a_continuation()
    {
        RunCard.Begin(First, Data, seed: 7).Set("samples", 12).Record("clean_before", Clean(), Four).Save();
        RunCard second = RunCard.Continue(Second, after: First);
        Assert.Equal((7ul, "synthetic digits", 0.5), (second.Seed, second.Dataset, second.Accuracy("clean_before")));
        Assert.Null(second.Accuracy("fresh_after"));
        second.Set("epochs", 3).Set("rate", 0.001).Set("samples", "all").Record("fresh_after", Clean(), Four).Save();

        RunCard third = RunCard.Continue("03-attack", after: Second);
        Assert.Equal((0.5, 0.5), (third.Accuracy("clean_before"), third.Accuracy("fresh_after")));
        third.Save();
        JsonObject card = Saved();
        Assert.Equal("""{"01-load-mnist":{"samples":12},"02-train-baseline":{"epochs":3,"rate":0.001,"samples":"all"}}""", card["settings"]!.ToJsonString());
        Assert.Equal([First, Second, "03-attack"], card["notebooks"]!.AsObject().Select(part => part.Key));
        Assert.Equal(["clean_before", "fresh_after"], card["results"]!.AsObject().Select(part => part.Key));
    }

    [Fact]
    public void The_seconds_of_all_notebooks_are_summed()
    {
        RunCard.Begin(First, Data, seed: 7).Save();
        JsonObject card = Saved();
        card["notebooks"] = new JsonObject { [First] = 100.25, ["02-another"] = 1000, ["03-again"] = 5000 };
        _folder.Write(card.ToJsonString());

        // A notebook that runs again replaces its own time.
        RunCard.Continue("03-again", after: First).Save();
        card = Saved();
        double again = (double)card["notebooks"]!["03-again"]!;
        Assert.InRange(again, 0, 1000);
        Assert.Equal(1100.25 + again, (double)card["seconds"]!, 1e-9);
    }

    [Fact]
    public void Recording_and_setting_again_replaces()
    {
        RunCard card = RunCard.Begin(First, Data, seed: 7).Record("clean_before", Clean(), Four).Record("clean_before", Clean(right: 4), Four).Set("epochs", 1).Set("epochs", 2).Save();
        Assert.Equal(1, card.Accuracy("clean_before"));
        Assert.Equal(2, (int)Saved()["settings"]![First]!["epochs"]!);
    }

    [Fact]
    public void A_new_run_begins_a_new_record_when_it_is_saved_and_keeps_the_old_one()
    {
        RunCard.Begin(First, Data, seed: 7).Record("clean_before", Clean(), Four).Save();
        string first = File.ReadAllText(_folder.Card);
        RunCard next = RunCard.Begin(First, Data, seed: 8);
        Assert.Equal(first, File.ReadAllText(_folder.Card));
        next.Save();
        Assert.Equal(8ul, (ulong)Saved()["seed"]!);
        Assert.Empty(Saved()["results"]!.AsObject());
        string kept = Assert.Single(Directory.GetFiles(Artifacts.PathOf("runs")));
        Assert.Matches(@"^run-\d{8}T\d{6}Z\.json$", Path.GetFileName(kept));
        Assert.Equal(first, File.ReadAllText(kept));

        // A record without a number is nothing to keep, and the same card saved again no other run.
        next.Record("clean_before", Clean(), Four).Save();
        next.Save();
        Assert.Equal([Artifacts.PathOf("run.json"), Artifacts.PathOf("runs")], Directory.GetFileSystemEntries(_folder.Root).Order(StringComparer.Ordinal));
        Assert.Single(Directory.GetFiles(Artifacts.PathOf("runs")));

        // Two runs that began in the same second are both kept; what is no record is replaced.
        _folder.Write(first);
        RunCard.Begin(First, Data, seed: 9).Save();
        _folder.Write("no record");
        RunCard.Begin(First, Data, seed: 9).Save();
        Assert.Equal(2, Directory.GetFiles(Artifacts.PathOf("runs")).Length);
    }

    [Fact]
    public void A_number_is_kept_with_the_weights_the_epsilon_and_the_images_it_was_measured_on()
    {
        (Sequential baseline, Sequential mixed, ImageSet test) = (Network(1), Network(2), Data.Test);
        RunCard.Begin(First, Data, seed: 7).Save();
        RunCard.Continue(Second, First).HandOverBaseline(baseline, test);
        RunCard.Continue("03-attack", Second).HandOverAttack(baseline, 0.1f, test);
        RunCard card = RunCard.Continue("04-mixed", "03-attack").HandOverRepair(baseline, mixed, 0.1f, test);
        RunRecord run = RunCard.Open(_folder.Card).Content;
        string b = RunWeights.Of(baseline), m = RunWeights.Of(mixed);
        Assert.NotEqual(b, m);
        Assert.Matches("^[0-9a-f]{16}$", b);
        Assert.Equal(new RunWeights { Weights = b, Engine = baseline.Engine, Threads = baseline.Threads, Notebook = Second }, run.Networks!["baseline"]);
        Assert.Equal(new RunWeights { Weights = m, Engine = mixed.Engine, Threads = mixed.Threads, Notebook = "04-mixed", TrainedFrom = b }, run.Networks["mixed"]);
        var fgsm = new Fgsm(0.1f);
        Evaluation broken = Evaluation.Under(fgsm, baseline, test);
        Assert.Equal(
            [
                ("clean_before", Evaluation.Of(baseline, test).Loss, 0, 20, b, null), ("fgsm_before", broken.Loss, 0.1, 20, b, null), ("clean_after", Evaluation.Of(mixed, test).Loss, 0, 20, m, null),
                ("stale_after", Evaluation.Of(mixed, fgsm.Perturb(baseline, test)).Loss, 0.1, 20, m, b), ("fresh_after", Evaluation.Under(fgsm, mixed, test).Loss, 0.1, 20, m, null),
            ],
            run.Results.Select(result => (result.Key, result.Value.Loss!.Value, result.Value.Epsilon!.Value, result.Value.Count, result.Value.Weights!, result.Value.MadeFrom)));

        // The file beside the record holds those weights.
        Sequential loaded = Network(3);
        loaded.Load(Artifacts.PathOf("mixed.safetensors"));
        Assert.Equal(m, RunWeights.Of(loaded));
        Assert.Equal(broken.Accuracy, card.Accuracy("fgsm_before"));
        Assert.All(After(card), cell => Assert.Contains('%', cell));

        // `run 03 -p epsilon=0.2`, then notebook 5's table: nothing of 0.1 beside it, until notebook 4 has run at 0.2 too.
        card = RunCard.Continue("03-attack", Second).HandOverAttack(baseline, 0.2f, test);
        Assert.Equal([After(RunCard.Open(_folder.Card))[0], "from another run", "from another run"], After(card));
        Assert.Contains('%', After(card)[0]);
        Assert.Equal((null, null), (card.Accuracy("stale_after"), card.Accuracy("fresh_after")));
        card = RunCard.Continue("04-mixed", "03-attack").HandOverRepair(baseline, mixed, 0.2f, test);
        Assert.All(After(card), cell => Assert.Contains('%', cell));

        // Notebook 2 again, to another network: whatever comes from the old one is of another run.
        card = RunCard.Continue(Second, First).HandOverBaseline(Network(4), test);
        Assert.Equal(["from another run", "from another run", "from another run"], After(card));
        Assert.NotNull(card.Accuracy("clean_before"));
        Assert.Null(card.Accuracy("fgsm_before"));
    }

    [Fact]
    public void What_another_notebook_saved_in_the_meantime_stays_but_no_number_goes_into_another_run()
    {
        RunCard.Begin(First, Data, seed: 7).Save();
        RunCard second = RunCard.Continue(Second, First), third = RunCard.Continue("03-attack", First);
        third.Set("epsilon", 0.2).Record("fgsm_before", Clean(), Four).Save();
        second.Set("epochs", 3).Record("clean_before", Clean(), Four).Save();
        RunRecord run = RunCard.Open(_folder.Card).Content;
        Assert.Equal([First, "03-attack", Second], run.Notebooks.Keys);
        Assert.Equal(["fgsm_before", "clean_before"], run.Results.Keys);
        Assert.Equal(["03-attack", Second], run.Settings.Keys);

        RunCard.Begin(First, Data, seed: 8).Save();
        string other = File.ReadAllText(_folder.Card);
        Assert.Contains("artifacts/run.json is of another run", Assert.Throws<MissingArtifactException>(second.Save).Message, StringComparison.Ordinal);
        Assert.Equal(other, File.ReadAllText(_folder.Card));
    }

    private static string[] After(RunCard card) =>
        [.. card.Table().ToMarkdown().Split('\n').Skip(2).Take(3).Select(row => row.Split(" | ")[2].TrimEnd('|', ' '))];

    [Theory]
    [InlineData("results.json")]
    [InlineData("full-budget.json")]
    [InlineData("certified.json")]
    [InlineData("quick.json")]
    public void A_record_of_before_is_read_and_written_again_to_the_byte(string name)
    {
        string path = Path.Combine(GoldenFile.PathOf("."), "..", "..", "docs", name);
        string old = File.ReadAllText(path);
        Assert.Equal(old.TrimEnd(), System.Text.Json.JsonSerializer.Serialize(RunCard.Open(path).Content, CourseJson.Default.RunRecord));
        Assert.DoesNotContain("from another run", RunCard.Open(path).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_record_is_named_by_its_path()
    {
        Directory.CreateDirectory(_folder.Root);
        string path = Artifacts.PathOf("mine.json");
        foreach (string text in (string[])["", "[]", "{}", File.ReadAllText(Path.Combine(GoldenFile.PathOf("."), "..", "..", "docs", "results.json")).Replace("0.9894", "1.9894")])
        {
            File.WriteAllText(path, text);
            Assert.StartsWith($"'{path}' is no run card: ", Assert.Throws<DataFileException>(() => RunCard.Open(path)).Message, StringComparison.Ordinal);
        }

        Assert.StartsWith($"'{_folder.Root}' cannot be read: ", Assert.Throws<DataFileException>(() => RunCard.Open(_folder.Root)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_are_invariant_in_the_file_and_in_the_table()
    {
        (string text, string html) = ProcessState.InGerman(() =>
        {
            RunCard card = RunCard.Begin(First, Data, seed: 7).Set("rate", 0.5).Keep("network", Four).Record("clean_before", Clean(), Four).Record("stale_after", Clean(), Four).Save();
            return (card.ToString(), card.ToHtml());
        });
        Assert.Equal(0.5, (double)Saved()["settings"]![First]!["rate"]!);
        Assert.Equal(Clean().Loss, (double)Saved()["results"]!["clean_before"]!["loss"]!);
        foreach (string part in (string[])["on synthetic digits, 20 test images", "50.00% (0.6931)", "50.00% (0.6931) *", "* stale"])
        {
            Assert.Contains(part, text, StringComparison.Ordinal);
            Assert.Contains(part, html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_data_set_loads_again_as_it_was()
    {
        RunCard.Begin(First, Data, seed: 7).Save();
        AssertSame(Data, RunCard.Continue(Second, First).LoadDataset());

        string own = TinyMnist.Write(Path.Combine(_folder.Parent, "own"));
        Dataset data = Dataset.Load(own, 8, 3);
        RunCard.Begin(First, data, seed: 7, own).Save();
        AssertSame(data, RunCard.Continue(Second, First).LoadDataset());
    }

    [Fact]
    public void A_data_set_that_has_shrunk_since_is_an_error_that_says_what_to_do()
    {
        string own = TinyMnist.Write(Path.Combine(_folder.Parent, "own"));
        Dataset data = Dataset.Load(own, 8, 3);
        RunCard.Begin(First, data, seed: 7, own).Save();
        Dataset few = Dataset.Load(own, 5, 3);
        IdxFile.WriteImages(Path.Combine(own, "train-images-idx3-ubyte"), few.Train);
        IdxFile.WriteLabels(Path.Combine(own, "train-labels-idx1-ubyte"), few.Train);
        string message = Assert.Throws<MissingArtifactException>(() => RunCard.Continue(Second, First).LoadDataset()).Message;
        Assert.Contains("holds 5 training and 3 test images. Expected: at least 8 and 3", message, StringComparison.Ordinal);
        Assert.Contains("run 01-load-mnist", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Digits_drawn_in_place_of_MNIST_are_drawn_again()
    {
        // Asked for MNIST (no folder), got synthetic digits: the next notebook must not get another data set, even if it could.
        RunCard.Begin(First, Data with { Notice = "no network" }, seed: 7, folder: "").Save();
        Assert.Equal(Dataset.Synthetic, (string)Saved()["dataset"]!["folder"]!);
        AssertSame(Data, RunCard.Continue(Second, First).LoadDataset());
    }

    [Fact]
    public void Defences_are_recorded_once_each_and_shown_in_a_table()
    {
        DefenceResult Defence(string name, float epsilon, int right) => new(name, epsilon, epsilon + 0.05f, Epochs: 2, Seconds: 180, Clean(4), Clean(3), Clean(right));
        DefenceResult shifted = Defence("PGD", 0.3f, 3) with { Shift = 2, SquareStarts = 0.5f };
        RunCard.Begin(First, Data, seed: 7).Record(Defence("PGD", 0.1f, 1), Four).Record(Defence("PGD", 0.3f, 1), Four).Save();
        RunCard card = RunCard.Continue(Second, First).Record(Defence("PGD", 0.3f, 2), Four).Record(shifted, Four).Record(Defence("TRADES", 0.3f, 0), Four).Record(shifted, Four)
            .Record(shifted with { Network = "CertifiedCnn behind 0.3 to 0.7" }, Four).Save();
        string table = string.Join('\n', RunCard.Open(_folder.Card).Defences().ToMarkdown().Split('\n').Skip(2)).Trim();
        Assert.Equal("""
            | PGD | SimpleCnn | 0.1 | 0.15 | 0 | 0 | 2 | 3.0 | 4 | 100.00% | 75.00% | 25.00% | 4.56 to 69.94% |
            | PGD | SimpleCnn | 0.3 | 0.35 | 0 | 0 | 2 | 3.0 | 4 | 100.00% | 75.00% | 50.00% | 15.00 to 85.00% |
            | TRADES | SimpleCnn | 0.3 | 0.35 | 0 | 0 | 2 | 3.0 | 4 | 100.00% | 75.00% | 0.00% | 0.00 to 48.99% |
            | PGD | SimpleCnn | 0.3 | 0.35 | 2 | 0.5 | 2 | 3.0 | 4 | 100.00% | 75.00% | 75.00% | 30.06 to 95.44% |
            | PGD | CertifiedCnn behind 0.3 to 0.7 | 0.3 | 0.35 | 2 | 0.5 | 2 | 3.0 | 4 | 100.00% | 75.00% | 75.00% | 30.06 to 95.44% |
            """, table);
        Assert.Equal(card.Defences().ToString(), RunCard.Open(_folder.Card).Defences().ToString());
    }

    [Fact]
    public void Certified_trainings_are_recorded_once_each_with_their_way_there()
    {
        var proved = CertifiedAccuracy.Of(new Sequential(Four.InputShape, 2, new Dense(2)), new ImageSet("four", Four.InputShape, 2, [1f, 1, 1, 1], [0, 0, 0, 1]), 0.3f);
        CertifiedResult Trained(ulong seed, params double?[] scores) => new(
            "CertifiedCnn", new CertifiedTraining(0.3f) { BoxShare = 0.7f }, seed, new TrainingHistory("", [.. scores.Select((score, i) => new EpochResult(i + 1, 1, 1, null, null, 90, score))], false), proved, Clean(4));
        RunCard.Begin(First, Data, seed: 7).Record(Trained(7, 0.5, 0.75), Four).Record(Trained(8, 0.25, 0.5), Four).Save();
        RunCard card = RunCard.Continue(Second, First).Record(Trained(7, 0.5, 1), Four).Record(Trained(7, 0.5, null, 0.75), Four).Save();

        Assert.Equal(["8: 90 0.25, 180 0.5", "7: 90 0.5, 180 1", "7: 90 0.5, 180 , 270 0.75"], RunCard.Open(_folder.Card).Content.Certified!.Select(row =>
            FormattableString.Invariant($"{row.Seed}: {string.Join(", ", row.Epochs.Select(epoch => FormattableString.Invariant($"{epoch.Seconds} {epoch.Score}")))}")));
        string table = card.Certified().ToMarkdown();
        string clean = FormattableString.Invariant($"{100 * proved.CleanShare:0.00}%"), verified = FormattableString.Invariant($"{100 * proved.Share:0.00}%");
        Assert.Contains($"| CertifiedCnn | 0.3 | 0.7 | 0 | 0 | 8 | 2 | 3.0 | 4 | {clean} | 100.00% | {verified} | {proved.Interval} |", table, StringComparison.Ordinal);
        Assert.Equal(table, RunCard.Open(_folder.Card).Certified().ToMarkdown());
        LineChart curves = RunCard.Open(_folder.Card).CertifiedCurves();
        Assert.Equal(
            ["epsilon 0.3: CertifiedCnn, box share 0.7, 2 epochs, 2 seeds, lowest to highest", "epsilon 0.3: CertifiedCnn, box share 0.7, 3 epochs, seed 7"],
            curves.Series.Select(series => series.Name));
        Assert.Equal([1.5, 3], curves.Series[0].X);
        Assert.Equal([0.375, 0.75], curves.Series[0].Y);
        Assert.Equal([0.5, 1], curves.Series[0].High);
        Assert.Equal([1.5, 4.5], curves.Series[1].X);
        Assert.Null(curves.Series[1].Low);
        Assert.Equal((0.4, 1), curves.YRange);

        var e = Assert.Throws<ArgumentException>(() => card.Record(Trained(7, 1) with { Attacked = Evaluation.Of(Four, new ImageSet("three", Four.InputShape, 2, new float[3], new byte[3])) }, Four));
        Assert.Contains("Proofs on 4 images, attacks on 3.", e.Message, StringComparison.Ordinal);
        File.WriteAllText(_folder.Card, File.ReadAllText(_folder.Card).Replace("\"score\": 0.25", "\"score\": 1e999"));
        Assert.Throws<DataFileException>(() => RunCard.Open(_folder.Card));
    }

    [Fact]
    public void Numbers_of_different_images_do_not_stand_in_one_row()
    {
        var result = new DefenceResult("PGD", 0.1f, 0.1f, Epochs: 2, Seconds: 180, Clean(4), Clean(3), Evaluation.Of(Four, new ImageSet("three", Four.InputShape, 2, new float[3], new byte[3])));
        var e = Assert.Throws<ArgumentException>(() => RunCard.Begin(First, Data, seed: 7).Record(result, Four));
        Assert.Contains("PGD on 4 clean images, 4 under PGD, 3 under AutoAttack.", e.Message, StringComparison.Ordinal);

        // Earlier records have such rows: a dash stands for what cannot be compared.
        string table = RunCard.Open(Path.Combine(GoldenFile.PathOf("."), "..", "..", "docs", "full-budget.json")).Defences().ToMarkdown();
        Assert.Contains("| 10000 | 99.34% | - | 97.87% |", table, StringComparison.Ordinal);
    }

    [Fact]
    public void A_notebook_that_comes_too_early_is_told_which_to_run()
    {
        var e = Assert.Throws<MissingArtifactException>(() => RunCard.Continue(Second, after: First));
        Assert.Equal("artifacts/run.json is not there. Expected: the file that 01-load-mnist writes. Run 01-load-mnist first.", e.Message);

        RunCard.Begin(First, Data, seed: 7).Save();
        e = Assert.Throws<MissingArtifactException>(() => RunCard.Continue("04-mixed", after: "03-attack"));
        Assert.Equal("artifacts/run.json holds no part of 03-attack. Expected: the part that notebook writes. Run 03-attack first.", e.Message);
    }

    [Fact]
    public void Every_cut_of_a_card_is_refused()
    {
        RunCard.Begin(First, Data, seed: 7).Save();
        string whole = File.ReadAllText(_folder.Card);
        for (int length = 0; length < whole.Length; length++)
        {
            _folder.Write(whole[..length]);
            Assert.Throws<DataFileException>(() => RunCard.Continue(Second, First));
        }
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("\"text\"")]
    [InlineData("{} {}")]
    [InlineData("not json")]
    public void What_is_no_card_is_refused(string text)
    {
        _folder.Write(text);
        var e = Assert.Throws<DataFileException>(() => RunCard.Continue(Second, First));
        Assert.Contains("artifacts/run.json is no run card", e.Message, StringComparison.Ordinal);
        Assert.Contains("Delete the file and run 01-load-mnist again.", e.Message, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(_folder.Card));
    }

    private static Evaluation Clean(int right = 2) =>
        Evaluation.Of(Four, new ImageSet("four", Four.InputShape, 2, new float[4], [.. Enumerable.Range(0, 4).Select(i => (byte)(i < right ? 0 : 1))]));

    private static Sequential Network(ulong seed) => new(Data.Test.Shape, seed, new Flatten(), new Dense(10), new Softmax());

    private static void AssertSame(Dataset expected, Dataset found)
    {
        Assert.Equal((expected.Name, expected.Source), (found.Name, found.Source));
        foreach ((ImageSet one, ImageSet other) in (IEnumerable<(ImageSet, ImageSet)>)[(expected.Train, found.Train), (expected.Test, found.Test)])
        {
            Assert.Equal((one.Name, one.Shape, one.Classes, one.Count), (other.Name, other.Shape, other.Classes, other.Count));
            Assert.Equal(one.Labels, other.Labels);
            float[] pixels = new float[one.Count * one.Shape.Size], others = new float[pixels.Length];
            one.CopyImages(0, one.Count, pixels);
            other.CopyImages(0, one.Count, others);
            Assert.Equal(pixels, others);
        }
    }

    private JsonObject Saved() => JsonNode.Parse(File.ReadAllText(_folder.Card))!.AsObject();
}
