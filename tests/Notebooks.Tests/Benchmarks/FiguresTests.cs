using AdvNotebooks.Benchmarks;

namespace AdvNotebooks.Tests.Benchmarks;

public sealed class FiguresTests
{
    [Fact]
    public void What_the_engine_s_benchmark_prints_can_be_read()
    {
        var report = new BenchmarkReport("AdvLib, test", 2, new(1, 0, 9), new(2, 0, 9), new(3, 0, 9), new(4, 0, 9), 5, 0, new(6, 0, 9), "MNIST");
        Figures figures = Figures.Parse(Figures.Steps, "AdvLib", report.ToJson());
        Assert.Equal("AdvLib, test", figures.Engine);
        Assert.Equal([1, 2, 3, 4, 5], Figures.Steps.Select(row => figures.Values[row.Key]));
    }

    [Fact]
    public void An_accuracy_of_nothing_is_a_figure_a_time_of_nothing_is_not()
    {
        Dictionary<string, double> values = Figures.Recipe.ToDictionary(kind => kind.Key, kind => kind.IsCost ? 1.5 : 0);
        string json = new RecipeReport("AdvLib, test", 2, "MNIST", 60_000, 20, values).ToJson();
        Assert.Equal(values, Figures.Parse(Figures.Recipe, "AdvLib", json).Values);
        Assert.Throws<BenchmarkException>(() => Figures.Parse(Figures.Recipe, "AdvLib", json.Replace("1.5", "0", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("", "printed \"\"")]
    [InlineData("Segmentation fault", "Segmentation fault")]
    [InlineData("[1]", "one JSON object")]
    [InlineData("null", "no train_step_ms")]
    [InlineData("""{"train_step_ms": 1, "eval10k_ms": 1, "fgsm10k_ms": 1, "peak_rss_mb": 1}""", "no mixed_step_ms")]
    [InlineData("""{"train_step_ms": 0}""", "no train_step_ms")]
    [InlineData("""{"train_step_ms": "fast"}""", "one JSON object")]
    public void Anything_else_is_refused(string output, string message)
    {
        var refusal = Assert.Throws<BenchmarkException>(() => Figures.Parse(Figures.Steps, "PyTorch", output));
        Assert.StartsWith("PyTorch printed ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }
}
