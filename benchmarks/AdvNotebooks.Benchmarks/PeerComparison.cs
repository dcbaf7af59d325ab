using System.Globalization;
using System.Text.Json.Nodes;

namespace AdvNotebooks.Benchmarks;

/// <summary>AdvLib and PyTorch measured in turn, so that whatever else the machine does slows both.</summary>
/// <param name="Kinds">What they measure.</param>
/// <param name="Threads">Threads each side computes on.</param>
/// <param name="AdvLib">AdvLib's figures, a round each.</param>
/// <param name="Peer">PyTorch's figures of the same rounds; empty when it is not installed.</param>
/// <param name="Advice">What to install, when it is not.</param>
internal sealed record PeerComparison(IReadOnlyList<Figure> Kinds, int Threads, IReadOnlyList<Figures> AdvLib, IReadOnlyList<Figures> Peer, string Advice = "")
    : IBenchmarkReport
{
    /// <inheritdoc/>
    public string? Remark => Advice.Length > 0 ? $"AdvLib alone. {Advice}" : null;

    /// <inheritdoc/>
    public IReadOnlyList<TableView> Tables => [Table()];

    /// <summary>Runs both sides, A B A B ...; A alone once B turns out not to be installed.</summary>
    /// <param name="kinds">What both measure.</param>
    /// <param name="threads">Threads that the sides were told to use.</param>
    /// <param name="advLib">Side A.</param>
    /// <param name="peer">Side B.</param>
    /// <param name="rounds">Times to run each, at least 1.</param>
    /// <param name="report">Told what is about to run.</param>
    /// <param name="cancellation">Ends the side that runs.</param>
    /// <returns>The figures of all rounds.</returns>
    /// <exception cref="BenchmarkException">A side failed.</exception>
    public static async Task<PeerComparison> RunAsync(
        IReadOnlyList<Figure> kinds, int threads, BenchmarkSide advLib, BenchmarkSide peer, int rounds, Action<string> report, CancellationToken cancellation)
    {
        var ours = new List<Figures>();
        var theirs = new List<Figures>();
        string advice = "";
        for (int round = 1; round <= rounds; round++)
        {
            report(string.Create(CultureInfo.InvariantCulture, $"round {round} of {rounds}: {advLib.Name}"));
            (Figures? measured, string said) = await advLib.RunAsync(kinds, cancellation);
            ours.Add(measured ?? throw new BenchmarkException($"{advLib.Name} says: {said}", "its figures.", "Build the program again."));
            if (advice.Length > 0)
                continue;
            report(string.Create(CultureInfo.InvariantCulture, $"round {round} of {rounds}: {peer.Name}"));
            (measured, advice) = await peer.RunAsync(kinds, cancellation);
            if (measured is not null)
                theirs.Add(measured);
            else if (theirs.Count > 0)
                throw new BenchmarkException($"{peer.Name} was there in round 1 but not later, and says: {advice}", "the same in every round.", "Measure again.");
        }

        return new PeerComparison(kinds, threads, ours, theirs, advice);
    }

    /// <summary>PyTorch's figure by AdvLib's, a round at a time: above 1, AdvLib is the faster or the smaller.</summary>
    /// <param name="key">The key of one of <see cref="Kinds"/>.</param>
    /// <returns>Median, lowest and highest of the rounds' ratios.</returns>
    public (double Median, double Min, double Max) Ratio(string key)
    {
        double[] ratios = [.. Peer.Zip(AdvLib, (theirs, ours) => theirs.Values[key] / ours.Values[key])];
        return (Measure.Quantile(ratios, 0.5), ratios.Min(), ratios.Max());
    }

    /// <inheritdoc/>
    public string ToJson()
    {
        var json = new JsonObject
        {
            ["rounds"] = AdvLib.Count,
            ["threads"] = Threads,
            ["advlib"] = Side(AdvLib),
            ["pytorch"] = Peer.Count > 0 ? Side(Peer) : null,
        };
        if (Peer.Count == 0)
            return json.ToJsonString(BenchmarkReport.Indented);
        var ratios = new JsonObject();
        foreach (string key in Kinds.Where(kind => kind.IsCost).Select(kind => kind.Key))
        {
            (double median, double min, double max) = Ratio(key);
            ratios[key] = new JsonObject { ["median"] = Math.Round(median, 3), ["min"] = Math.Round(min, 3), ["max"] = Math.Round(max, 3) };
        }

        json["ratio"] = ratios;
        return json.ToJsonString(BenchmarkReport.Indented);
    }

    private TableView Table()
    {
        bool both = Peer.Count > 0;
        string engines = both ? $"{AdvLib[0].Engine} and {Peer[0].Engine}" : AdvLib[0].Engine;
        string[] columns = both ? ["", "AdvLib", "PyTorch", "ratio", "min - max"] : ["", "AdvLib"];
        var table = new TableView(string.Create(CultureInfo.InvariantCulture, $"{engines}: threads {Threads}, rounds {AdvLib.Count}"), columns);
        foreach (Figure kind in Kinds)
        {
            List<string> cells = [kind.Label, kind.Text(Median(AdvLib, kind))];
            if (both)
            {
                (double median, double min, double max) = Ratio(kind.Key);
                cells.AddRange([kind.Text(Median(Peer, kind)), .. kind.IsCost ? (string[])[Number(median), $"{Number(min)} - {Number(max)}"] : ["", ""]]);
            }

            table = table.Row([.. cells]);
        }

        return table;
    }

    private static double Median(IReadOnlyList<Figures> side, Figure kind) => Measure.Quantile(side.Select(figures => figures.Values[kind.Key]), 0.5);

    private static string Number(double ratio) => ratio.ToString("0.00", CultureInfo.InvariantCulture);

    private JsonObject Side(IReadOnlyList<Figures> side)
    {
        var json = new JsonObject { ["engine"] = side[0].Engine };
        foreach (Figure kind in Kinds)
        {
            json[kind.Key] = Math.Round(Median(side, kind), kind.IsCost ? 3 : 4);
            json[kind.Key + "_rounds"] = new JsonArray([.. side.Select(figures => (JsonNode)figures.Values[kind.Key])]);
        }

        return json;
    }
}
