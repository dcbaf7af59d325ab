using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AdvNotebooks.Benchmarks;

/// <summary>What training on several ranks costs on this machine, and would on networks.</summary>
/// <param name="Processor">The machine's processor.</param>
/// <param name="Rounds">What was measured with ranks: the same jobs in each round.</param>
/// <param name="Alone">What ranks of larger jobs compute.</param>
internal sealed record RanksReport(string Processor, IReadOnlyList<IReadOnlyList<RankFigures>> Rounds, IReadOnlyList<SimulatedRank> Alone) : IBenchmarkReport
{
    private readonly RankFigures[] _jobs = [.. Enumerable.Range(0, Rounds[0].Count).Select(i => RankFigures.Median([.. Rounds.Select(round => round[i])]))];

    /// <inheritdoc/>
    public IReadOnlyList<TableView> Tables => [Strong(), Weak(), Communication(), Model(64), Model(1024), Model(0)];

    /// <inheritdoc/>
    public string ToJson() => new JsonObject
    {
        ["processor"] = Processor,
        ["rounds"] = JsonSerializer.SerializeToNode(Rounds),
        ["alone"] = JsonSerializer.SerializeToNode(Alone),
    }.ToJsonString(BenchmarkReport.Indented);

    private TableView Strong()
    {
        var table = new TableView($"Strong scaling: {Library}, {Processor}", "images a step", "ranks x threads", "training step", "mixed step", "speed of 1 x 2, training", "mixed") { Align = "rrrrrr" };
        foreach (RankFigures job in _jobs.Where(job => _jobs.Any(team => (team.Batch, team.Threads) == (job.Batch, 2))))
            table = table.Row(Text(job.Batch), job.Shape, Milliseconds(job.TrainMilliseconds), Milliseconds(job.MixedMilliseconds), Speed(job, f => f.TrainMilliseconds), Speed(job, f => f.MixedMilliseconds));
        return table.Note(string.Create(CultureInfo.InvariantCulture, $"Medians of {Rounds.Count} rounds; speeds are compared within a round, with the lowest and the highest in brackets."));
    }

    // Beside the process of two threads on as many images.
    private string Speed(RankFigures job, Func<RankFigures, double> time)
    {
        if (job.Threads == 2)
            return "";
        double[] speeds = [.. Rounds.Select(round => time(Job(round, 1, 2, job.Batch)) / time(Job(round, job.Ranks, job.Threads, job.Batch)))];
        return $"{Percent(Measure.Quantile(speeds, 0.5))} ({Percent(speeds.Min())} to {Percent(speeds.Max())})";
    }

    private TableView Weak()
    {
        RankFigures one = Job(_jobs, 1, 1, 64), two = Job(_jobs, 2, 1, 128);
        return new TableView($"Weak scaling, 64 images a rank: {Library}, {Processor}", "ranks x threads", "training step", "mixed step", "efficiency, training", "mixed") { Align = "rrrrr" }
            .Row(one.Shape, Milliseconds(one.TrainMilliseconds), Milliseconds(one.MixedMilliseconds), "", "")
            .Row(two.Shape, Milliseconds(two.TrainMilliseconds), Milliseconds(two.MixedMilliseconds), Percent(one.TrainMilliseconds / two.TrainMilliseconds), Percent(one.MixedMilliseconds / two.MixedMilliseconds));
    }

    private TableView Communication()
    {
        var table = new TableView($"Communication of a training step, 2 ranks: {Library}, {Processor}", "images a step", "calls", "bytes received", "time", "of the step", "64 floats to all", "1.7 MB to all") { Align = "rrrrrrr" };
        foreach (RankFigures job in _jobs.Where(job => job.Ranks == 2).OrderBy(job => job.Batch))
        {
            table = table.Row(Text(job.Batch), Text(job.Calls), Text(job.Bytes), Milliseconds(job.CommunicationMilliseconds), Percent(job.CommunicationMilliseconds / job.TrainMilliseconds),
                string.Create(CultureInfo.InvariantCulture, $"{job.SmallMicroseconds:0.0} us"), string.Create(CultureInfo.InvariantCulture, $"{job.BroadcastMicroseconds:0} us"));
        }

        return table.Note("Time in the calls, waiting for the other rank included; the last two columns are calls by themselves.");
    }

    // A batch of 0 stands for 64 images a rank.
    private TableView Model(int batch)
    {
        string what = batch == 0 ? "64 images a rank" : string.Create(CultureInfo.InvariantCulture, $"{batch:N0} images a step");
        var table = new TableView($"Model, {what}, one thread a rank: times as many images a second as one rank", ["ranks", "computing", .. ScalingModel.Networks.SelectMany(network => (string[])[network.Name, "efficiency"])]);
        table = table with { Align = new string('r', 2 + 2 * ScalingModel.Networks.Count) };
        int first = batch == 0 ? 64 : batch;
        double one = Rank(1, first).Milliseconds;
        foreach (int ranks in ScalingModel.Counts.Where(ranks => batch == 0 || ranks <= batch))
        {
            int images = batch == 0 ? 64 * ranks : batch;
            SimulatedRank rank = Rank(ranks, images);
            double computing = rank.Milliseconds;
            var cells = new List<string> { Text(ranks), Milliseconds(computing) };
            foreach (ScalingModel network in ScalingModel.Networks)
            {
                double speedup = one * images / first / (computing + network.Waiting(rank));
                cells.AddRange([string.Create(CultureInfo.InvariantCulture, $"{speedup:0.0}"), Percent(speedup / ranks)]);
            }

            table = table.Row([.. cells]);
        }

        return table;
    }

    private string Library => _jobs.First(job => job.Ranks > 1).Library;

    private static RankFigures Job(IEnumerable<RankFigures> jobs, int ranks, int threads, int batch) => jobs.Single(job => (job.Ranks, job.Threads, job.Batch) == (ranks, threads, batch));

    private SimulatedRank Rank(int ranks, int batch) => Alone.First(rank => rank.Ranks == ranks && rank.Batch == batch);

    private static string Text(double value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Milliseconds(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0.00} ms");

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0}%");
}
