using System.Diagnostics;

namespace AdvNotebooks.Benchmarks;

/// <summary>Runs work until the runtime has compiled it for good: before, steps are slower by a fifth and more.</summary>
internal static class WarmUp
{
    /// <summary>Long enough where a core is free for the runtime, which compiles again what runs often.</summary>
    public static readonly TimeSpan SeveralCores = TimeSpan.FromSeconds(1);

    /// <summary>Long enough where the process is bound to one core, as mpirun binds a rank: there the runtime begins ten times later (its TC_DelaySingleProcMultiplier).</summary>
    public static readonly TimeSpan OneCore = TimeSpan.FromSeconds(4);

    /// <summary>Runs work again and again.</summary>
    /// <param name="duration">For how long.</param>
    /// <param name="work">The work.</param>
    /// <param name="job">The job whose ranks do it together, and as often; null for one process.</param>
    public static void Run(TimeSpan duration, Action work, MpiJob? job = null)
    {
        long began = Stopwatch.GetTimestamp();
        byte[] again = [1];
        while (again[0] != 0)
        {
            work();
            again[0] = (byte)(Stopwatch.GetElapsedTime(began) < duration ? 1 : 0);
            job?.Broadcast(again);
        }
    }
}
