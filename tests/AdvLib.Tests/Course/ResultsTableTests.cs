namespace AdvLib.Tests;

public sealed class ResultsTableTests
{
    private static readonly RunRecord Old = Record(
        ("clean_before", 0.9892, 0.04041), ("fgsm_before", 0.011, 14.29), ("clean_after", 0.9913, 0.0292), ("stale_after", 0.9741, 0.0908), ("fresh_after", 0.9706, 0.0997));

    // The same run with what each number was measured on.
    private static readonly RunRecord Full = Old with
    {
        Networks = new Dictionary<string, RunWeights> { ["baseline"] = Network("b"), ["mixed"] = Network("m", from: "b") },
        Results = new Dictionary<string, RunResult>
        {
            ["clean_before"] = Old.Results["clean_before"] with { Weights = "b", Epsilon = 0 },
            ["fgsm_before"] = Old.Results["fgsm_before"] with { Weights = "b", Epsilon = 0.1 },
            ["clean_after"] = Old.Results["clean_after"] with { Weights = "m", Epsilon = 0 },
            ["stale_after"] = Old.Results["stale_after"] with { Weights = "m", Epsilon = 0.1, MadeFrom = "b" },
            ["fresh_after"] = Old.Results["fresh_after"] with { Weights = "m", Epsilon = 0.1 },
        },
    };

    [Fact]
    public void A_full_record_gives_every_number_and_marks_the_stale_one()
    {
        string[] lines = ProcessState.InGerman(ResultsTable.Of(Old).ToString).Split('\n');
        Assert.Equal("Accuracy (loss) on MNIST, 10000 test images", lines[0]);
        Assert.Equal(["evaluated on", "before fine-tuning", "after fine-tuning"], Cells(lines[1]));
        Assert.Equal(["clean test images", "98.92% (0.0404)", "99.13% (0.0292)"], Cells(lines[3]));
        Assert.Equal(["FGSM, made from the old model (stale after)", "1.10% (14.2900)", "97.41% (0.0908) *"], Cells(lines[4]));
        Assert.Equal(["FGSM, made from each model itself (fresh)", "1.10% (14.2900)", "97.06% (0.0997)"], Cells(lines[5]));
        Assert.StartsWith("* stale:", lines[6], StringComparison.Ordinal);
        Assert.Contains("made from the model before fine-tuning", lines[6], StringComparison.Ordinal);
        Assert.Equal(7, lines.Length);

        string[] known = ProcessState.InGerman(ResultsTable.Of(Full).ToString).Split('\n');
        Assert.Equal([.. lines, "FGSM's epsilon: 0.1."], known);
    }

    [Fact]
    public void What_was_not_measured_is_a_dash()
    {
        string[] lines = Lines(Old with { Results = Old.Results.Where(result => result.Key is not ("clean_after" or "fresh_after")).ToDictionary() });
        Assert.Equal(["clean test images", "98.92% (0.0404)", "-"], Cells(lines[3]));
        Assert.Equal(["FGSM, made from each model itself (fresh)", "1.10% (14.2900)", "-"], Cells(lines[5]));

        lines = Lines(Old with { Results = new Dictionary<string, RunResult>() });
        Assert.All(lines[3..6], line => Assert.All(Cells(line)[1..], cell => Assert.Equal("-", cell)));
    }

    // Notebook 3 again with another epsilon, notebook 3 again on fewer images, notebook 2 again, notebook 4 again.
    [Theory]
    [InlineData("epsilon", "98.92% (0.0404)", "99.13% (0.0292)", "1.10% (14.2900)", "from another run", "from another run")]
    [InlineData("count", "98.92% (0.0404)", "99.13% (0.0292)", "1.10% (14.2900)", "from another run", "from another run")]
    [InlineData("baseline", "98.92% (0.0404)", "from another run", "from another run", "from another run", "from another run")]
    [InlineData("mixed", "98.92% (0.0404)", "from another run", "1.10% (14.2900)", "from another run", "from another run")]
    [InlineData("stale", "98.92% (0.0404)", "99.13% (0.0292)", "1.10% (14.2900)", "from another run", "97.06% (0.0997)")]
    [InlineData("old", "98.92% (0.0404)", "from another run", "from another run", "from another run", "from another run")]
    public void What_does_not_belong_to_the_number_beside_it_is_from_another_run(string again, string clean, string cleanAfter, string fgsm, string staleAfter, string freshAfter)
    {
        RunRecord run = again switch
        {
            "epsilon" => With(Full, "fgsm_before", result => result with { Epsilon = 0.2 }),
            "count" => With(Full, "fgsm_before", result => result with { Count = 500 }),
            "baseline" => With(Full with { Networks = new Dictionary<string, RunWeights>(Full.Networks!) { ["baseline"] = Network("b2") } }, "clean_before", result => result with { Weights = "b2" }),
            "mixed" => Full with { Networks = new Dictionary<string, RunWeights>(Full.Networks!) { ["mixed"] = Network("m2", from: "b") } },
            "stale" => With(Full, "stale_after", result => result with { MadeFrom = "another" }),
            // A record of before, and notebook 2 again with code that keeps the weights.
            _ => With(Old with { Networks = new Dictionary<string, RunWeights> { ["baseline"] = Network("b") } }, "clean_before", result => result with { Weights = "b", Epsilon = 0 }),
        };
        string[] lines = Lines(run);
        Assert.Equal([clean, cleanAfter], Cells(lines[3])[1..]);
        Assert.Equal([fgsm, staleAfter], Cells(lines[4])[1..]);
        Assert.Equal([fgsm, freshAfter], Cells(lines[5])[1..]);
        Assert.StartsWith("from another run: ", lines[^1], StringComparison.Ordinal);
        Assert.Equal(again is "epsilon" ? "FGSM's epsilon: 0.2." : again is "old" ? lines[^2] : "FGSM's epsilon: 0.1.", lines[^2]);
        Assert.Equal(cleanAfter == "from another run", ResultsTable.Shown(run, "clean_after") is null);
        Assert.NotNull(ResultsTable.Shown(run, "clean_before"));
        Assert.Null(ResultsTable.Shown(run, "stale_after"));
    }

    // 2 and 4 again with the same values give the same weights: nothing is lost.
    [Fact]
    public void A_training_that_gives_the_same_weights_keeps_its_numbers()
    {
        var run = Full with { Networks = new Dictionary<string, RunWeights>(Full.Networks!) { ["baseline"] = Network("b") with { Threads = 8 }, ["defence"] = Network("d") } };
        Assert.Equal(ResultsTable.Of(Full).ToString(), ResultsTable.Of(run).ToString());
    }

    private static RunRecord Record(params (string Name, double Accuracy, double Loss)[] results)
    {
        RunRecord begun = RunCard.Begin("01-load-mnist", Dataset.Load(Dataset.Synthetic, 10, 10, 1), 1).Content;
        return begun with
        {
            Dataset = begun.Dataset with { Name = "MNIST", Test = 10000 },
            Results = results.ToDictionary(result => result.Name, result => new RunResult { Accuracy = result.Accuracy, Loss = result.Loss, Count = 10000 }),
        };
    }

    private static RunWeights Network(string weights, string? from = null) => new() { Weights = weights, Engine = "a test", Threads = 1, Notebook = "a notebook", TrainedFrom = from };

    private static RunRecord With(RunRecord run, string name, Func<RunResult, RunResult> change) =>
        run with { Results = new Dictionary<string, RunResult>(run.Results) { [name] = change(run.Results[name]) } };

    private static string[] Lines(RunRecord run) => ResultsTable.Of(run).ToString().Split('\n');

    private static string[] Cells(string line) => line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
