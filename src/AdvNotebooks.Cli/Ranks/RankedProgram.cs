using System.Globalization;
using System.Text;
using AdvNotebooks.Cli.Processes;

namespace AdvNotebooks.Cli.Ranks;

/// <summary>Work that one process does alone, or several that <c>mpirun</c> or <c>srun</c> started do together.</summary>
internal static class RankedProgram
{
    private const int IntroductionLength = 128;

    // A launcher that is told to abort may drop what it has not forwarded yet (MPICH's does, now and then).
    private const int ForwardingMilliseconds = 250;

    /// <summary>
    /// Threads of each process when nobody says otherwise: the cores it may run on, shared with the ranks that may run there too.
    /// </summary>
    public static int Threads => Math.Clamp(Environment.ProcessorCount / MpiJob.RanksPerCore, 1, 256);

    /// <summary>Does the work. A rank that fails says who it is and why, and ends the job.</summary>
    /// <param name="work">Receives the job; null where this process is alone. Returns the exit code.</param>
    /// <returns>The exit code.</returns>
    public static int Run(Func<MpiJob?, int> work)
    {
        MpiJob? job = null;
        try
        {
            job = MpiJob.IsLaunched ? MpiJob.Start() : null;
            if (job is not null)
                Introduce(job);
            int code = work(job);
            job?.Dispose();
            return code;
        }
        catch (Exception failure) when (failure is AdvLibException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            Console.Error.WriteLine(job is null ? $"advnb: {failure.Message}" : $"advnb: {Self(job)} has failed: {failure.Message}");
            if (job is not null)
            {
                Thread.Sleep(ForwardingMilliseconds);
                job.Abort(ExitCode.Failure);
            }

            return ExitCode.Failure;
        }
    }

    // MPICH's message on a rank that was killed names its process only: this list says which rank that is.
    private static void Introduce(MpiJob job)
    {
        var all = new byte[IntroductionLength * job.Share.Ranks];
        Span<byte> own = all.AsSpan(IntroductionLength * job.Share.Rank, IntroductionLength);
        Encoding.UTF8.GetEncoder().Convert(Self(job), own, flush: true, out _, out _, out _);
        job.Gather(all);
        if (job.Share.Rank != 0)
            return;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{job.Share.Ranks} ranks on {job.Version}"));
        foreach (byte[] one in all.Chunk(IntroductionLength))
            Console.WriteLine($"  {Encoding.UTF8.GetString(one).TrimEnd('\0')}");
    }

    private static string Self(MpiJob job) =>
        string.Create(CultureInfo.InvariantCulture, $"{job.Share} (process {Environment.ProcessId} on {Environment.MachineName})");
}
