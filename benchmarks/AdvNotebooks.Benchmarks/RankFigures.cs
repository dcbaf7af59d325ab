using System.Globalization;
using System.Text.Json;

namespace AdvNotebooks.Benchmarks;

/// <summary>What the ranks of one job measured, as rank 0 prints it.</summary>
/// <param name="Library">The MPI library; empty for one process.</param>
/// <param name="Ranks">Number of ranks.</param>
/// <param name="Threads">Threads of each.</param>
/// <param name="Batch">Images of a step, on all ranks together.</param>
/// <param name="TrainMilliseconds">A training step, median.</param>
/// <param name="MixedMilliseconds">A mixed step, median.</param>
/// <param name="CommunicationMilliseconds">Of a training step, in calls to the other ranks; mean.</param>
/// <param name="Calls">Calls of a training step.</param>
/// <param name="Bytes">Bytes that the first rank receives in a training step.</param>
/// <param name="SmallMicroseconds">Showing each other 64 floats, median.</param>
/// <param name="BroadcastMicroseconds">Giving all ranks as many bytes as the weights have, median.</param>
internal sealed record RankFigures(
    string Library, int Ranks, int Threads, int Batch, double TrainMilliseconds, double MixedMilliseconds, double CommunicationMilliseconds, double Calls, double Bytes, double SmallMicroseconds, double BroadcastMicroseconds)
{
    /// <summary>The line that rank 0 prints.</summary>
    public string ToJson() => JsonSerializer.Serialize(this);

    /// <summary>Finds that line in what a job printed.</summary>
    /// <param name="output">All that was printed.</param>
    /// <exception cref="BenchmarkException">There is none.</exception>
    public static RankFigures Parse(string output) =>
        output.Split('\n').FirstOrDefault(line => line.StartsWith('{')) is { } line
            ? JsonSerializer.Deserialize<RankFigures>(line)!
            : throw new BenchmarkException($"A job that printed no figures: {output.Trim()}", "one line of JSON.", "Start it by itself: mpirun -np 2 advnb bench-ranks 1 64 100");

    /// <summary>One figure of several jobs: the median.</summary>
    /// <param name="rounds">The same measurement, several times.</param>
    public static RankFigures Median(IReadOnlyList<RankFigures> rounds)
    {
        double Of(Func<RankFigures, double> figure) => Measure.Quantile(rounds.Select(figure), 0.5);
        return rounds[0] with
        {
            TrainMilliseconds = Of(r => r.TrainMilliseconds),
            MixedMilliseconds = Of(r => r.MixedMilliseconds),
            CommunicationMilliseconds = Of(r => r.CommunicationMilliseconds),
            SmallMicroseconds = Of(r => r.SmallMicroseconds),
            BroadcastMicroseconds = Of(r => r.BroadcastMicroseconds),
        };
    }

    /// <summary>For example <c>2 x 1</c>.</summary>
    public string Shape => string.Create(CultureInfo.InvariantCulture, $"{Ranks} x {Threads}");
}
