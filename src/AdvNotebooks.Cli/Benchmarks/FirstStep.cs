using System.Diagnostics;
using System.Globalization;
using AdvNotebooks.Cli.Commands;

namespace AdvNotebooks.Cli.Benchmarks;

/// <summary>How long a new process takes to its first trained step, images loaded and verified: what a reader waits for.</summary>
internal static class FirstStep
{
    private const int MostRuns = 3;

    /// <summary>Starts processes one after the other and times each until it says that it is done.</summary>
    /// <param name="threads">Threads to train on.</param>
    /// <param name="runs">Processes to start; no more than three are.</param>
    /// <param name="cancellation">Ends the one that runs.</param>
    /// <returns>The times, and the name of the data set.</returns>
    /// <exception cref="BenchmarkException">A process ended without a step.</exception>
    public static async Task<(Measure Milliseconds, string Data)> MeasureAsync(int threads, int runs, CancellationToken cancellation)
    {
        var times = new double[Math.Min(runs, MostRuns)];
        string data = "";
        for (int i = 0; i < times.Length; i++)
        {
            ProcessStartInfo start = ThisProgram.With(FirstStepCommand.Name, threads.ToString(CultureInfo.InvariantCulture));
            start.RedirectStandardOutput = true;
            long began = Stopwatch.GetTimestamp();
            using Process process = Process.Start(start)!;
            string? line = await process.StandardOutput.ReadLineAsync(cancellation);
            times[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            await process.WaitForExitAsync(cancellation);
            data = line ?? throw new BenchmarkException(
                $"The first step ended with exit code {process.ExitCode.ToString(CultureInfo.InvariantCulture)}.", "the name of the data set.", $"Start it by itself: advnb {string.Join(' ', start.ArgumentList)}");
        }

        return (Measure.Of(times), data);
    }
}
