using System.Globalization;
using System.Text.Json.Nodes;

namespace AdvNotebooks.Benchmarks;

/// <summary>AdvLib and its peers measured in turn, so that whatever else the machine does slows all of them.</summary>
/// <param name="Kinds">What they measure.</param>
/// <param name="Threads">Threads each side computes on.</param>
/// <param name="AdvLib">AdvLib's figures, a round each.</param>
/// <param name="Peers">What each peer measured in the same rounds.</param>
internal sealed record PeerComparison(
    IReadOnlyList<Figure> Kinds, int Threads, IReadOnlyList<Figures> AdvLib, IReadOnlyList<MeasuredPeer> Peers)
    : IBenchmarkReport
{
    private IEnumerable<MeasuredPeer> Present => Peers.Where(peer => peer.Rounds.Count > 0);

    /// <inheritdoc/>
    public string? Remark => Peers.All(peer => peer.Advice.Length == 0) ? null
        : string.Join(
            ' ', [.. Present.Any() ? (string[])[] : ["AdvLib alone."], .. Peers.Select(peer => peer.Advice).Where(text => text.Length > 0)]);

    /// <inheritdoc/>
    public IReadOnlyList<TableView> Tables => Present.Any() ? [.. Present.Select(Table)] : [Table(peer: null)];

    /// <summary>Runs all sides, A B C A B C ...; a peer that turns out not to be installed is left out from then on.</summary>
    /// <param name="kinds">What all measure.</param>
    /// <param name="threads">Threads that the sides were told to use.</param>
    /// <param name="advLib">Side A.</param>
    /// <param name="peers">The other sides.</param>
    /// <param name="rounds">Times to run each, at least 1.</param>
    /// <param name="report">Told what is about to run.</param>
    /// <param name="cancellation">Ends the side that runs.</param>
    /// <returns>The figures of all rounds.</returns>
    /// <exception cref="BenchmarkException">A side failed.</exception>
    public static async Task<PeerComparison> RunAsync(
        IReadOnlyList<Figure> kinds, int threads, BenchmarkSide advLib, IReadOnlyList<BenchmarkSide> peers, int rounds,
        Action<string> report, CancellationToken cancellation)
    {
        var ours = new List<Figures>();
        List<Figures>[] theirs = [.. peers.Select(_ => new List<Figures>())];
        string[] advice = [.. peers.Select(_ => "")];
        for (int round = 1; round <= rounds; round++)
        {
            Task<(Figures? Figures, string Advice)> MeasureAsync(BenchmarkSide side)
            {
                report(string.Create(CultureInfo.InvariantCulture, $"round {round} of {rounds}: {side.Name}"));
                return side.RunAsync(kinds, cancellation);
            }

            (Figures? measured, string said) = await MeasureAsync(advLib);
            ours.Add(measured ?? throw new BenchmarkException($"{advLib.Name} says: {said}", "its figures.", "Build the program again."));
            for (int i = 0; i < peers.Count; i++)
            {
                if (advice[i].Length > 0)
                    continue;
                (measured, advice[i]) = await MeasureAsync(peers[i]);
                if (measured is not null)
                    theirs[i].Add(measured);
                else if (theirs[i].Count > 0)
                    throw new BenchmarkException(
                        $"{peers[i].Name} was there in round 1 but not later, and says: {advice[i]}", "the same in every round.",
                        "Measure again.");
            }
        }

        return new PeerComparison(kinds, threads, ours, [.. peers.Select((peer, i) => new MeasuredPeer(peer.Name, theirs[i], advice[i]))]);
    }

    /// <summary>A peer's figure by AdvLib's, a round at a time: above 1, AdvLib is the faster or the smaller.</summary>
    /// <param name="peer">One of <see cref="Peers"/>.</param>
    /// <param name="key">The key of one of <see cref="Kinds"/>.</param>
    /// <returns>Median, lowest and highest of the rounds' ratios.</returns>
    public (double Median, double Min, double Max) Ratio(MeasuredPeer peer, string key)
    {
        double[] ratios = [.. peer.Rounds.Zip(AdvLib, (theirs, ours) => theirs.Values[key] / ours.Values[key])];
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
        };
        foreach (MeasuredPeer peer in Peers)
            json[peer.Key] = peer.Rounds.Count > 0 ? Side(peer.Rounds) : null;
        if (Present.Any())
            json["ratio"] = new JsonObject(Present.Select(peer => KeyValuePair.Create<string, JsonNode?>(peer.Key, Ratios(peer))));
        return json.ToJsonString(BenchmarkReport.Indented);
    }

    private JsonObject Ratios(MeasuredPeer peer)
    {
        var ratios = new JsonObject();
        foreach (string key in Measured(peer.Rounds).Where(kind => kind.IsCost).Select(kind => kind.Key))
        {
            (double median, double min, double max) = Ratio(peer, key);
            ratios[key] = new JsonObject { ["median"] = Math.Round(median, 3), ["min"] = Math.Round(min, 3), ["max"] = Math.Round(max, 3) };
        }

        return ratios;
    }

    private TableView Table(MeasuredPeer? peer)
    {
        string engines = peer is null ? AdvLib[0].Engine : $"{AdvLib[0].Engine} and {peer.Rounds[0].Engine}";
        string[] columns = peer is null ? ["", "AdvLib"] : ["", "AdvLib", peer.Name, "ratio", "min - max"];
        var table = new TableView(
            string.Create(CultureInfo.InvariantCulture, $"{engines}: threads {Threads}, rounds {AdvLib.Count}"), columns);
        foreach (Figure kind in Measured(peer?.Rounds ?? AdvLib))
        {
            List<string> cells = [kind.Label, kind.Text(Median(AdvLib, kind))];
            if (peer is not null)
            {
                (double median, double min, double max) = Ratio(peer, kind.Key);
                cells.AddRange([
                    kind.Text(Median(peer.Rounds, kind)),
                    .. kind.IsCost ? (string[])[Number(median), $"{Number(min)} - {Number(max)}"] : ["", ""]]);
            }

            table = table.Row([.. cells]);
        }

        return table;
    }

    // A runtime that cannot train has no figures of that.
    private IEnumerable<Figure> Measured(IReadOnlyList<Figures> side) => Kinds.Where(kind => side[0].Values.ContainsKey(kind.Key));

    private static double Median(IReadOnlyList<Figures> side, Figure kind) =>
        Measure.Quantile(side.Select(figures => figures.Values[kind.Key]), 0.5);

    private static string Number(double ratio) => ratio.ToString("0.00", CultureInfo.InvariantCulture);

    private JsonObject Side(IReadOnlyList<Figures> side)
    {
        var json = new JsonObject { ["engine"] = side[0].Engine };
        foreach (Figure kind in Measured(side))
        {
            json[kind.Key] = Math.Round(Median(side, kind), kind.IsCost ? 3 : 4);
            json[kind.Key + "_rounds"] = new JsonArray([.. side.Select(figures => (JsonNode)figures.Values[kind.Key])]);
        }

        return json;
    }
}
