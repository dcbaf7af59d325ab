using System.Runtime.ExceptionServices;

namespace AdvLib.Numerics;

/// <summary>
/// The engine's threads: the caller and its helpers each take one contiguous share of a range. Helpers spin for a moment
/// between two jobs, then sleep. What a share computes must not depend on where it begins, so that results do not depend on
/// the number of threads.
/// </summary>
public sealed class ThreadTeam
{
    // Longer than the gap between two kernels of a training step, shorter than a reader notices.
    private const int SpinIterations = 2_000;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim[] _wake;
    private readonly int[] _asleep;
    private Action<int, int> _job = static (_, _) => { };
    private int _count;
    private int _generation;
    private int _pending;
    private Exception? _failure;

    /// <summary>Creates a team.</summary>
    /// <param name="threads">Threads, the caller included: 1 to 256.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is out of range.</exception>
    public ThreadTeam(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, 256);
        Threads = threads;
        _wake = new SemaphoreSlim[threads];
        _asleep = new int[threads];
        for (int i = 1; i < threads; i++)
        {
            int helper = i;
            _wake[i] = new SemaphoreSlim(0);
            new Thread(() => Help(helper)) { IsBackground = true, Name = $"AdvLib {i}" }.Start();
        }
    }

    /// <summary>The team models use unless told otherwise: one thread a core.</summary>
    public static ThreadTeam Shared { get; } = new(Math.Min(Environment.ProcessorCount, 256));

    /// <summary>Number of threads, the caller included.</summary>
    public int Threads { get; }

    /// <summary>Runs a job over 0 ... count - 1, one contiguous share a thread, and returns when all are done.</summary>
    /// <param name="count">Length of the range.</param>
    /// <param name="job">Receives the first index of a share and the index after its last; keep and reuse the delegate.</param>
    public void Run(int count, Action<int, int> job)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (Threads == 1 || count <= 1)
        {
            if (count > 0)
                job(0, count);
            return;
        }

        lock (_gate)
        {
            _job = job;
            _count = count;
            _pending = Threads - 1;
            Interlocked.Increment(ref _generation);
            for (int i = 1; i < Threads; i++)
            {
                if (Interlocked.Exchange(ref _asleep[i], 0) == 1)
                    _wake[i].Release();
            }

            Share(0);
            var spinner = default(SpinWait);
            while (Volatile.Read(ref _pending) > 0)
                spinner.SpinOnce(sleep1Threshold: -1);
            if (_failure is { } failure)
            {
                _failure = null;
                ExceptionDispatchInfo.Throw(failure);
            }
        }
    }

    private void Help(int helper)
    {
        int seen = 0;
        while (true)
        {
            Await(helper, seen);
            seen = Volatile.Read(ref _generation);
            Share(helper);
            Interlocked.Decrement(ref _pending);
        }
    }

    private void Await(int helper, int seen)
    {
        for (int spin = 0; spin < SpinIterations; spin++)
        {
            if (Volatile.Read(ref _generation) != seen)
                return;
            Thread.SpinWait(8);
        }

        // A wake-up may be late, for a job this helper has done already: only a new generation ends the wait.
        while (Volatile.Read(ref _generation) == seen)
        {
            Volatile.Write(ref _asleep[helper], 1);
            Interlocked.MemoryBarrier();

            // Whoever resets the flag owns the wake-up: the caller by releasing, or this thread when the job came in between.
            if (Volatile.Read(ref _generation) != seen && Interlocked.Exchange(ref _asleep[helper], 0) == 1)
                return;
            _wake[helper].Wait();
        }
    }

    private void Share(int member)
    {
        int from = (int)((long)_count * member / Threads);
        int to = (int)((long)_count * (member + 1) / Threads);
        if (from == to)
            return;
        try
        {
            _job(from, to);
        }
        catch (Exception failure)
        {
            // The caller throws it once all shares have ended.
            Interlocked.CompareExchange(ref _failure, failure, null);
        }
    }
}
