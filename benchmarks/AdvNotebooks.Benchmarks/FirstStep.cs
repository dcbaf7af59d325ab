using System.Diagnostics;
using System.Globalization;
using AdvLib.Numerics;

namespace AdvNotebooks.Benchmarks;

/// <summary>How long a new process takes to its first trained step, images loaded and verified: what a reader waits for.</summary>
public static class FirstStep
{
    /// <summary>The command that a new process is started with; the number of threads follows.</summary>
    public const string Command = "first-step";

    private const int MostRuns = 3;

    /// <summary>The new process' part: loads the data, trains one step, and prints the data's name.</summary>
    /// <param name="threads">Threads to compute on.</param>
    /// <exception cref="DataFileException">MNIST's files are damaged.</exception>
    public static void Train(int threads)
    {
        Dataset data = BenchmarkData.Load();
        Sequential model = new Sequential(SimpleCnn.Describe(data.Train.Shape, data.Train.Classes), BenchmarkData.Seed, new ThreadTeam(threads));
        BenchmarkData.Step(model, new ShuffledBatches(data.Train, BenchmarkData.BatchSize, BenchmarkData.Seed), new Adam());
        Console.WriteLine(data.Name);
    }

    /// <summary>Starts processes one after the other and times each until it says that it is done.</summary>
    /// <param name="host">The program to start.</param>
    /// <param name="threads">Threads to train on.</param>
    /// <param name="runs">Processes to start; no more than three are.</param>
    /// <param name="cancellation">Ends the one that runs.</param>
    /// <returns>The times, and the name of the data set.</returns>
    /// <exception cref="BenchmarkException">A process ended without a step.</exception>
    internal static async Task<(Measure Milliseconds, string Data)> MeasureAsync(
        BenchmarkHost host, int threads, int runs, CancellationToken cancellation)
    {
        var times = new double[Math.Min(runs, MostRuns)];
        string data = "";
        for (int i = 0; i < times.Length; i++)
        {
            ProcessStartInfo start = host.Again([Command, threads.ToString(CultureInfo.InvariantCulture)]);
            start.RedirectStandardOutput = true;
            long began = Stopwatch.GetTimestamp();
            using Process process = Process.Start(start)!;
            string? line = await process.StandardOutput.ReadLineAsync(cancellation);
            times[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            await process.WaitForExitAsync(cancellation);
            data = line ?? throw new BenchmarkException(
                $"The first step ended with exit code {process.ExitCode.ToString(CultureInfo.InvariantCulture)}.",
                "the name of the data set.",
                $"Start it by itself: advnb {string.Join(' ', start.ArgumentList)}");
        }

        return (Measure.Of(times), data);
    }
}
