using System.Text.Json.Nodes;

namespace AdvNotebooks.Benchmarks;

/// <summary>How fast a runtime evaluates the recipe's network.</summary>
/// <param name="Engine">The runtime's name.</param>
/// <param name="Threads">Threads it computed on.</param>
/// <param name="BatchSize">Images at a time: of those that were tried, the fastest.</param>
/// <param name="Evaluate">Milliseconds for 10,000 images.</param>
/// <param name="PeakMegabytes">Highest resident memory.</param>
internal sealed record InferenceReport(string Engine, int Threads, int BatchSize, Measure Evaluate, double PeakMegabytes) : IBenchmarkReport
{
    /// <inheritdoc/>
    public IReadOnlyList<TableView> Tables =>
    [
        new TableView(FormattableString.Invariant($"{Name}, {Threads} threads"), "", "median", "10% - 90%")
            .Row(Figures.Inference[0].Label, Figures.Inference[0].Text(Evaluate.Median),
                FormattableString.Invariant($"{Evaluate.Low:0.00} - {Evaluate.High:0.00}"))
            .Row(Figures.Inference[^1].Label, Figures.Inference[^1].Text(PeakMegabytes), ""),
    ];

    private string Name => FormattableString.Invariant($"{Engine}, {BatchSize} images at a time");

    /// <inheritdoc/>
    public string ToJson() => new JsonObject
    {
        ["engine"] = Name,
        ["threads"] = Threads,
        [Figures.Inference[0].Key] = Math.Round(Evaluate.Median, 3),
        [Figures.Inference[^1].Key] = Math.Round(PeakMegabytes, 1),
    }.ToJsonString(BenchmarkReport.Indented);
}
