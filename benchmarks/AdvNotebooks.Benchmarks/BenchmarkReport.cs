using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AdvNotebooks.Benchmarks;

/// <summary>What <c>advnb bench</c> measured.</summary>
internal sealed record BenchmarkReport(
    string Engine, int Threads, Measure TrainStep, Measure MixedStep, Measure Evaluate, Measure Fgsm, double PeakMegabytes,
    long AllocatedPerStep, Measure? FirstStep = null, string FirstStepData = "")
    : IBenchmarkReport
{
    /// <summary>How every report writes its JSON.</summary>
    public static JsonSerializerOptions Indented { get; } = new() { WriteIndented = true };

    /// <inheritdoc/>
    public IReadOnlyList<TableView> Tables
    {
        get
        {
            var table = new TableView(string.Create(CultureInfo.InvariantCulture, $"{Engine}, {Threads} threads"), "", "median", "10% - 90%");
            foreach ((Figure kind, Measure measure) in Rows)
                table = table.Row(kind.Label, kind.Text(measure.Median), $"{Number(measure.Low)} - {Number(measure.High)}");
            table = table.Row("peak memory", Figures.Steps[^1].Text(PeakMegabytes), "")
                .Row("allocated a training step", $"{AllocatedPerStep.ToString(CultureInfo.InvariantCulture)} bytes", "");
            return
            [
                FirstStep is null ? table
                    : table.Note($"* From the start of a new process until its first training step is done: {FirstStepData}, 60,000 images."),
            ];
        }
    }

    private IEnumerable<(Figure Kind, Measure Measure)> Rows =>
    [
        .. Figures.Steps.Zip([TrainStep, MixedStep, Evaluate, Fgsm]),
        .. FirstStep is null ? ((Figure, Measure)[])[] : [(new Figure("first_step_ms", "first training step *", "ms"), FirstStep)],
    ];

    /// <inheritdoc/>
    public string ToJson()
    {
        var json = new JsonObject { ["engine"] = Engine, ["threads"] = Threads };
        foreach ((Figure kind, Measure measure) in Rows)
        {
            json[kind.Key] = Math.Round(measure.Median, 3);
            json[kind.Key + "_p10"] = Math.Round(measure.Low, 3);
            json[kind.Key + "_p90"] = Math.Round(measure.High, 3);
        }

        json[Figures.Steps[^1].Key] = Math.Round(PeakMegabytes, 1);
        json["allocated_bytes_per_step"] = AllocatedPerStep;
        return json.ToJsonString(Indented);
    }

    private static string Number(double milliseconds) => milliseconds.ToString("0.00", CultureInfo.InvariantCulture);
}
