using System.Globalization;
using System.Text.Json.Nodes;

namespace AdvNotebooks.Cli.Benchmarks;

/// <summary>How long a browser waits for the playground's answer.</summary>
internal sealed record PlaygroundReport(string Engine, IReadOnlyList<(string Key, string Attack, Measure Request)> Attacks) : IBenchmarkReport
{
    /// <inheritdoc/>
    public IReadOnlyList<TableView> Tables
    {
        get
        {
            var table = new TableView($"A drawing sent over HTTP, placed, read, attacked, and answered; {Engine}, one thread", "attack", "median", "10% - 90%");
            foreach ((_, string attack, Measure request) in Attacks)
                table = table.Row(attack, $"{Number(request.Median)} ms", $"{Number(request.Low)} - {Number(request.High)}");
            return [table];
        }
    }

    /// <inheritdoc/>
    public string ToJson()
    {
        var json = new JsonObject { ["engine"] = Engine };
        foreach ((string key, _, Measure request) in Attacks)
        {
            json[key + "_ms"] = Math.Round(request.Median, 3);
            json[key + "_ms_p10"] = Math.Round(request.Low, 3);
            json[key + "_ms_p90"] = Math.Round(request.High, 3);
        }

        return json.ToJsonString(BenchmarkReport.Indented);
    }

    private static string Number(double milliseconds) => milliseconds.ToString("0.00", CultureInfo.InvariantCulture);
}
