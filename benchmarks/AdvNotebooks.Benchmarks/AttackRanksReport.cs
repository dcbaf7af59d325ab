using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AdvNotebooks.Benchmarks;

/// <summary>What ranks do for <c>advnb attack</c> on this machine, and would on more cores.</summary>
/// <param name="Processor">The machine's processor.</param>
/// <param name="PieceImages">Images of a piece of work.</param>
/// <param name="Pieces">Pieces of work that were shared out.</param>
/// <param name="Jobs">What was measured.</param>
internal sealed record AttackRanksReport(string Processor, int PieceImages, int Pieces, IReadOnlyList<AttackRanksFigures> Jobs)
    : IBenchmarkReport
{
    private const int TestImages = 10_000;

    /// <inheritdoc/>
    public IReadOnlyList<TableView> Tables => [Measured(), Model()];

    /// <inheritdoc/>
    public string ToJson() => new JsonObject
    {
        ["processor"] = Processor,
        ["images"] = Pieces * PieceImages,
        ["jobs"] = JsonSerializer.SerializeToNode(Jobs),
    }.ToJsonString(BenchmarkReport.Indented);

    private TableView Measured()
    {
        var table = new TableView($"The report of one network on {Pieces * PieceImages} images: {Processor}",
            "ranks x threads", "seconds", "speed of 1 x 1")
        { Align = "rrr" };
        AttackRanksFigures one = Job(1);
        foreach (AttackRanksFigures job in Jobs)
        {
            double[] speeds = [.. one.Seconds.Zip(job.Seconds, (alone, shared) => alone / shared)];
            table = table.Row($"{job.Ranks} x {job.Threads}", Text(Measure.Quantile(job.Seconds, 0.5)),
                job == one ? "" : $"{Text(Measure.Quantile(speeds, 0.5))} ({Text(speeds.Min())} to {Text(speeds.Max())})");
        }

        return table.Note($"Medians of {one.Seconds.Count} rounds, starting the processes included; speeds are compared within a round, "
            + "with the lowest and the highest in brackets.");
    }

    // What does not shrink, and what a piece takes: a line through one rank and two.
    private TableView Model()
    {
        double one = Measure.Quantile(Job(1).Seconds, 0.5);
        double piece = Math.Max(0, (one - Measure.Quantile(Job(2).Seconds, 0.5)) / (Rounds(Pieces, 1) - Rounds(Pieces, 2)));
        double rest = Math.Max(0, one - (Pieces * piece));
        int all = Rounds(TestImages, PieceImages);
        var table = new TableView("Model, 10,000 images, a core a rank: times as fast as one rank", "ranks", "speed", "efficiency")
        {
            Align = "rrr",
        };
        foreach (int ranks in (int[])[1, 2, 4, 8, 16, 32, 64, all, 128])
        {
            double speed = (rest + (all * piece)) / (rest + (Rounds(all, ranks) * piece));
            table = table.Row($"{ranks}", Text(speed), string.Create(CultureInfo.InvariantCulture, $"{100 * speed / ranks:0}%"));
        }

        return table.Note(string.Create(CultureInfo.InvariantCulture,
            $"A piece takes {piece:0.00} s, what every process does beside them {rest:0.00} s."));
    }

    private AttackRanksFigures Job(int ranks) => Jobs.Single(job => (job.Ranks, job.Threads) == (ranks, 1));

    // What the busiest takes where so many share.
    private static int Rounds(int all, int among) => (all + among - 1) / among;

    private static string Text(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
}
