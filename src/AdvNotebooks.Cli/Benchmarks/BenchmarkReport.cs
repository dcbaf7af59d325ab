using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace AdvNotebooks.Cli.Benchmarks;

/// <summary>What <c>advnb bench</c> measured.</summary>
internal sealed record BenchmarkReport(
    string Engine, int Threads, Measure TrainStep, Measure MixedStep, Measure Evaluate, Measure Fgsm, double PeakMegabytes, long AllocatedPerStep)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    // The first of the keys, in their order; memory is no measure of time.
    private IEnumerable<(string Key, string Label, Measure Measure)> Rows =>
        Figures.Keys.Zip([TrainStep, MixedStep, Evaluate, Fgsm], (row, measure) => (row.Key, row.Label, measure));

    public string ToJson()
    {
        var json = new JsonObject { ["engine"] = Engine, ["threads"] = Threads };
        foreach ((string key, _, Measure measure) in Rows)
        {
            json[key] = Math.Round(measure.Median, 3);
            json[key + "_p10"] = Math.Round(measure.Low, 3);
            json[key + "_p90"] = Math.Round(measure.High, 3);
        }

        json[Figures.PeakMemory] = Math.Round(PeakMegabytes, 1);
        json["allocated_bytes_per_step"] = AllocatedPerStep;
        return json.ToJsonString(Indented);
    }

    public Table ToTable()
    {
        Table table = new Table { Border = TableBorder.Simple }
            .Title(Markup.Escape(string.Create(CultureInfo.InvariantCulture, $"{Engine}, {Threads} threads")))
            .AddColumn("").AddColumn("median ms", column => column.RightAligned()).AddColumn("10% - 90%", column => column.RightAligned());
        foreach ((_, string label, Measure measure) in Rows)
            table.AddRow(label, Number(measure.Median), $"{Number(measure.Low)} - {Number(measure.High)}");
        table.AddRow("peak memory", $"{PeakMegabytes.ToString("0", CultureInfo.InvariantCulture)} MB", "");
        return table.AddRow("allocated a training step", $"{AllocatedPerStep.ToString(CultureInfo.InvariantCulture)} bytes", "");
    }

    private static string Number(double milliseconds) => milliseconds.ToString("0.00", CultureInfo.InvariantCulture);
}
