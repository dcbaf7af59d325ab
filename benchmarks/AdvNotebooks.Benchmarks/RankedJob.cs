using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace AdvNotebooks.Benchmarks;

/// <summary>Starts the program alone, or as the ranks of an MPI job of this machine.</summary>
/// <param name="host">The program.</param>
internal sealed class RankedJob(BenchmarkHost host)
{
    // Names another launcher than the mpirun in the path.
    private const string LauncherVariable = "ADVNB_MPIRUN";

    /// <summary>Runs it to its end.</summary>
    /// <param name="ranks">How many; 1 for a process without MPI.</param>
    /// <param name="arguments">What the program is told.</param>
    /// <param name="cancellation">Ends it early, and every process that it started.</param>
    /// <returns>What it wrote.</returns>
    /// <exception cref="BenchmarkException">It does not start, or fails.</exception>
    public async Task<string> RunAsync(int ranks, string[] arguments, CancellationToken cancellation)
    {
        ProcessStartInfo start = host.Again(arguments);
        if (ranks > 1)
        {
            string launcher = Environment.GetEnvironmentVariable(LauncherVariable) is { Length: > 0 } named ? named : "mpirun";
            string[] processes = ["-np", ranks.ToString(CultureInfo.InvariantCulture)];
            start = new ProcessStartInfo(launcher, [.. processes, start.FileName, .. start.ArgumentList]);
            // Open MPI asks root whether it is meant; a benchmark in a container is. So are more ranks than cores.
            start.Environment["OMPI_ALLOW_RUN_AS_ROOT"] = start.Environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1";
            if (ranks > Environment.ProcessorCount)
                start.Environment["OMPI_MCA_rmaps_base_oversubscribe"] = "1";
        }

        // Open MPI's ranks believe to write to a terminal, and would begin with its control characters.
        start.Environment["TERM"] = "dumb";
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        try
        {
            using Process process = Process.Start(start)!;
            using CancellationTokenRegistration end = cancellation.Register(() => process.Kill(entireProcessTree: true));
            Task<string> error = process.StandardError.ReadToEndAsync(CancellationToken.None);
            string output = await process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            await process.WaitForExitAsync(CancellationToken.None);
            cancellation.ThrowIfCancellationRequested();
            return process.ExitCode == 0 ? output : throw new BenchmarkException(
                $"{start.FileName} ended with exit code {process.ExitCode.ToString(CultureInfo.InvariantCulture)} and said: "
                + (await error).Trim(), "figures.", "See what it says.");
        }
        catch (Win32Exception missing)
        {
            throw new BenchmarkException($"{start.FileName} does not start: {missing.Message}.", "an MPI launcher.",
                $"`apt install openmpi-bin` or `apt install mpich`; {LauncherVariable} names another launcher.", missing);
        }
    }
}
