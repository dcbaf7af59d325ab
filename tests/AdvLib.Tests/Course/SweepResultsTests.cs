namespace AdvLib.Tests;

/// <summary>Results of a sweep as files, and as a table of means.</summary>
public sealed class SweepResultsTests : IDisposable
{
    // As files of before are, so that a sweep goes on from them.
    private const string Whole = """
        {
          "schema": 1,
          "configuration": {
            "defence": "pgd",
            "epsilon": 0.15,
            "split": 0.25,
            "seed": 18446744073709551615,
            "steps": 3,
            "batchSize": 64,
            "learningRate": 0.0001,
            "trainingAttackSteps": 7,
            "attackSteps": 20,
            "images": 0,
            "start": "abc"
          },
          "seconds": 1.25,
          "results": {
            "clean": 0.99,
            "fgsm": 0.5,
            "pgd": 0.25
          }
        }
        """;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Results_are_files_by_their_hash_and_read_as_they_were_written()
    {
        var point = new SweepConfiguration("pgd", 0.15f, 0.25, ulong.MaxValue) { Steps = 3, Images = 0, Start = "abc" };
        var result = new SweepResult(point, 0.99, 0.5, 0.25, 1.25);
        result.Save(_folder["sweep"]);
        new SweepResult(point with { Seed = 1 }, double.NaN, double.NaN, double.NaN, 0.5) { Error = "why" }.Save(_folder["sweep"]);
        Assert.Equal(2, _folder.Files().Length);
        Assert.Equal(result, SweepResult.Read(SweepResult.PathOf(_folder["sweep"], point)));
        SweepResults read = SweepResults.Read(_folder["sweep"]);
        Assert.Equal((2, "why"), (read.All.Count, Assert.Single(read.Failed).Error));
        Assert.Contains("! pgd, epsilon 0.15, split 0.25, seed 1 failed: why", read.ToString(), StringComparison.Ordinal);
        Assert.Equal("1ab0980a2666bed2b41bfa9b10f029b7430cb6e3104d81e1cb40672fa9626f96", point.Hash);
        Assert.Equal(Whole, File.ReadAllText(SweepResult.PathOf(_folder["sweep"], point)).ReplaceLineEndings("\n"));
        Assert.Equal(point.Hash, ProcessState.InGerman(() => (point with { }).Hash));
        SweepConfiguration[] others =
        [
            point with { Defence = "fgsm" }, point with { Epsilon = 0.1f }, point with { Split = 0.5 }, point with { Seed = 1 }, point with { Steps = 4 }, point with { BatchSize = 1 }, point with { LearningRate = 1 },
            point with { TrainingAttackSteps = 1 }, point with { AttackSteps = 1 }, point with { Images = 1 }, point with { Start = "" },
        ];
        Assert.Equal(others.Length + 1, others.Append(point).Select(other => other.Hash).Distinct().Count());
    }

    [Fact]
    public void The_table_has_mean_and_deviation_of_the_seeds_and_the_charts_a_line_a_setting()
    {
        IEnumerable<SweepResult> results =
            from split in (double[])[0.5, 0]
            from epsilon in (float[])[0.1f, 0.2f]
            from seed in (ulong[])[3, 4]
            select new SweepResult(new SweepConfiguration("fgsm", epsilon, split, seed), 0.9, 0.8, seed == 3 ? 0.1 : 0.3, 1);
        var sweep = new SweepResults(results);
        string table = sweep.Table().ToMarkdown();
        Assert.Contains("| fgsm | 0.1 | 0 | 2 | 90.00 ± 0.00% | 80.00 ± 0.00% | 20.00 ± 14.14% |", table, StringComparison.Ordinal);
        Assert.DoesNotContain("training", table.Split('\n')[0], StringComparison.Ordinal);
        Assert.Contains("fgsm, epsilon 0.2", sweep.SplitChart()!.ToSvg(), StringComparison.Ordinal);
        Assert.Contains("fgsm, split 0.5", sweep.EpsilonChart()!.ToSvg(), StringComparison.Ordinal);
        Assert.Contains("<img", sweep.ToHtml(), StringComparison.Ordinal);

        // Shorter runs are no more seeds of the same setting.
        SweepResult shorter = sweep.All[0] with { Configuration = sweep.All[0].Configuration with { Steps = 5 } };
        Assert.Contains("5 steps of 64, PGD-20 on 1000 images | 1 |", new SweepResults(sweep.All.Append(shorter)).Table().ToMarkdown(), StringComparison.Ordinal);
    }

    [Fact]
    public void No_folder_is_no_result_and_a_damaged_file_is_named()
    {
        var none = SweepResults.Read(_folder["nowhere"]);
        Assert.Empty(none.All);
        Assert.Null(none.SplitChart());
        Assert.Contains("No result of a sweep yet", none.ToString(), StringComparison.Ordinal);
        foreach (string text in (string[])["", "{}", "[]", "{\"schema\":2}", "{\"schema\":1,\"configuration\":{}}"])
        {
            File.WriteAllText(_folder["a.json"], text);
            Assert.Contains("a.json", Assert.Throws<DataFileException>(() => SweepResults.Read(_folder.Root)).Message, StringComparison.Ordinal);
        }
    }
}
