using System.Globalization;
using System.Text.Json.Nodes;

namespace AdvNotebooks.Benchmarks;

/// <summary>How long a browser waits for a server's answers.</summary>
/// <param name="Title">What was asked, and of what.</param>
/// <param name="Engine">The engine behind the server.</param>
/// <param name="Requests">Key, name and time of each request.</param>
internal sealed record RequestReport(string Title, string Engine, IReadOnlyList<(string Key, string Name, Measure Time)> Requests) : IBenchmarkReport
{
    /// <inheritdoc/>
    public IReadOnlyList<TableView> Tables
    {
        get
        {
            var table = new TableView(Title, "request", "median", "10% - 90%");
            foreach ((_, string name, Measure time) in Requests)
                table = table.Row(name, $"{Number(time.Median)} ms", $"{Number(time.Low)} - {Number(time.High)}");
            return [table];
        }
    }

    /// <inheritdoc/>
    public string ToJson()
    {
        var json = new JsonObject { ["engine"] = Engine };
        foreach ((string key, _, Measure time) in Requests)
        {
            json[key + "_ms"] = Math.Round(time.Median, 3);
            json[key + "_ms_p10"] = Math.Round(time.Low, 3);
            json[key + "_ms_p90"] = Math.Round(time.High, 3);
        }

        return json.ToJsonString(BenchmarkReport.Indented);
    }

    private static string Number(double milliseconds) => milliseconds.ToString("0.00", CultureInfo.InvariantCulture);
}
