using System.Globalization;
using System.Text.Json.Nodes;

namespace AdvNotebooks.Benchmarks;

/// <summary>Where the time goes, kernel by kernel.</summary>
/// <param name="Engine">The engine.</param>
/// <param name="Processor">The machine's processor.</param>
/// <param name="Threads">Threads that computed.</param>
/// <param name="PeakGigaflops">The most these threads can do, in GFLOP/s.</param>
/// <param name="Parts">Key, title and lines of each kind of work; the last line is the whole.</param>
internal sealed record ProfileReport(
    string Engine, string Processor, int Threads, double PeakGigaflops, IReadOnlyList<(string Key, string Title, IReadOnlyList<ProfileRow> Rows)> Parts) : IBenchmarkReport
{
    /// <inheritdoc/>
    public IReadOnlyList<TableView> Tables => [.. Parts.Select(part => Table(part.Title, part.Rows))];

    /// <inheritdoc/>
    public string ToJson()
    {
        var json = new JsonObject { ["engine"] = Engine, ["processor"] = Processor, ["threads"] = Threads, ["peak_gflops"] = Math.Round(PeakGigaflops, 1) };
        foreach ((string key, _, IReadOnlyList<ProfileRow> rows) in Parts)
        {
            json[key] = new JsonArray([.. rows.Select(row => new JsonObject
            {
                ["part"] = row.Label, ["best_us"] = Math.Round(row.Best, 2), ["median_us"] = Math.Round(row.Median, 2), ["flop"] = row.Flop,
            })]);
        }

        return json.ToJsonString(BenchmarkReport.Indented);
    }

    private TableView Table(string title, IReadOnlyList<ProfileRow> rows)
    {
        static string Text(string format, double value) => value.ToString(format, CultureInfo.InvariantCulture);
        var table = new TableView(
            $"{title}: {Engine}, {Threads.ToString(CultureInfo.InvariantCulture)} threads, {Processor}", "", "best us", "median us", "MFLOP", "GFLOP/s", "of peak", "of time");
        foreach (ProfileRow row in rows)
        {
            string[] product = row.Flop == 0 ? ["", "", ""] : [Text("0.0", row.Flop / 1e6), Text("0", row.Gigaflops), Text("0%", row.Gigaflops / PeakGigaflops)];
            table = table.Row([row.Label, Text("0", row.Best), Text("0", row.Median), .. product, Text("0.0%", row.Median / rows[^1].Median)]);
        }

        return table.Note($"Peak: {Text("0", PeakGigaflops)} GFLOP/s, measured before and after. MFLOP counts matrix products only, 2 for a multiply-add.");
    }
}
