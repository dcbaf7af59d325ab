using System.Diagnostics;
using System.Globalization;

namespace AdvNotebooks.Benchmarks;

/// <summary>Times <c>advnb attack</c> by one process and by the ranks of a job, from its start to its end.</summary>
/// <param name="host">The program that ranks are started as.</param>
/// <param name="pieceImages">Images of a piece of the work, as <c>advnb attack</c> cuts it.</param>
internal sealed class AttackRanksBenchmark(BenchmarkHost host, int pieceImages)
{
    private const int Rounds = 3;
    private const int TrainImages = 6000;

    // Ranks and threads of each.
    private static readonly (int Ranks, int Threads)[] Jobs = [(1, 2), (1, 1), (2, 1), (4, 1)];

    /// <summary>Measures. Jobs take turns, so that what else the machine does slows them all.</summary>
    /// <param name="images">Images to attack; rounded down to whole pieces, of which the model's line wants two.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>The figures.</returns>
    /// <exception cref="BenchmarkException">A job does not start, or fails.</exception>
    public async Task<AttackRanksReport> RunAsync(int images, CancellationToken cancellation)
    {
        int pieces = Math.Max(2, images / pieceImages);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("advnb-");
        try
        {
            host.Report("a network to attack");
            Dataset digits = Dataset.Load(Dataset.Synthetic, TrainImages, pieces * pieceImages, BenchmarkData.Seed);
            INetwork network = SimpleCnn.Create(digits.Train.Shape, digits.Train.Classes, BenchmarkData.Seed);
            new Trainer(network, new Adam()) { Progress = new Progress<TrainingProgress>() }
                .Fit(digits.Train, epochs: 1, BenchmarkData.BatchSize, BenchmarkData.Seed, cancellation: cancellation);
            string model = Path.Combine(folder.FullName, "model.safetensors");
            network.Save(model);
            string data = folder.CreateSubdirectory("data").FullName;
            IdxFile.WriteImages(Path.Combine(data, "t10k-images-idx3-ubyte"), digits.Test);
            IdxFile.WriteLabels(Path.Combine(data, "t10k-labels-idx1-ubyte"), digits.Test);

            var seconds = Jobs.Select(_ => new List<double>()).ToArray();
            for (int round = 1; round <= Rounds; round++)
            {
                host.Report(string.Create(CultureInfo.InvariantCulture, $"round {round}/{Rounds}"));
                for (int i = 0; i < Jobs.Length; i++)
                {
                    string work = folder.CreateSubdirectory($"{round}-{i}").FullName;
                    seconds[i].Add(await TimeAsync(Jobs[i], [model, "--data", data, "--images", "0", "--work", work], cancellation));
                }
            }

            return new AttackRanksReport(
                Machine.Processor, pieceImages, pieces, [.. Jobs.Select((job, i) => new AttackRanksFigures(job.Ranks, job.Threads, [.. seconds[i]]))]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<double> TimeAsync((int Ranks, int Threads) job, string[] what, CancellationToken cancellation)
    {
        string[] arguments = ["attack", .. what, "--epsilon", "0.05", "--iterations", "20", "--queries", "500",
            "--threads", job.Threads.ToString(CultureInfo.InvariantCulture)];
        long start = Stopwatch.GetTimestamp();
        await new RankedJob(host).RunAsync(job.Ranks, arguments, cancellation);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
