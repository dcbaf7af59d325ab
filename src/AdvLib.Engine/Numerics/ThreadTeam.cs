using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace AdvLib.Numerics;

/// <summary>
/// The engine's threads: the caller and its helpers take contiguous shares of a range until none is left. A helper that the
/// system keeps waiting holds nobody up: the others take its shares. Between two jobs helpers spin for a moment, then sleep.
/// What a share computes must not depend on where it begins, so that results do not depend on the number of threads.
/// </summary>
public sealed class ThreadTeam
{
    private const int SharesPerThread = 2;

    // Bits of each of the ticket's three counts; the generation has the rest.
    private const int CountBits = 10;
    private const int CountMask = (1 << CountBits) - 1;

    // Shares begin at multiples of this where the range is long enough: the height of a matrix product's tile.
    private const int ShareAlignment = 8;

    // Longer than the gap between two kernels of a training step, shorter than a reader notices.
    private const int SpinIterations = 500;

    private static readonly ConcurrentDictionary<int, ThreadTeam> Others = new();

    // Whether this thread is inside a share, of whatever team.
    [ThreadStatic]
    private static bool _working;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim[] _wake;
    private readonly int[] _asleep;
    private Action<int, int> _job = static (_, _) => { };
    private int _count;
    private int _alignment;
    private int _finished;
    private Exception? _failure;

    // Generation of the job, its number of shares, and how many were taken from the front and from the back, in one word so that
    // taking one is one exchange.
    private long _ticket;

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

    /// <summary>The caller alone.</summary>
    public static ThreadTeam Alone { get; } = new(1);

    /// <summary>A team of a number of threads, for work beside a model that computes on as many; the same one every time.</summary>
    /// <param name="threads">Threads, the caller included; at least 1, and more than 256 are 256.</param>
    /// <returns>The team.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is not positive.</exception>
    public static ThreadTeam Of(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        threads = Math.Min(threads, 256);
        return threads == 1 ? Alone : threads == Shared.Threads ? Shared : Others.GetOrAdd(threads, count => new ThreadTeam(count));
    }

    /// <summary>Number of threads, the caller included.</summary>
    public int Threads { get; }

    /// <summary>
    /// Runs a job over 0 ... count - 1 in contiguous shares, and returns when all are done. Called from inside a share, of this team or
    /// another, it is one share on the calling thread: the others are at work, and may be waiting for this one.
    /// </summary>
    /// <param name="count">Length of the range.</param>
    /// <param name="job">Receives the first index of a share and the index after its last; keep and reuse the delegate.</param>
    public void Run(int count, Action<int, int> job)
    {
        ArgumentNullException.ThrowIfNull(job);
        Run(count, job, ShareAlignment);
    }

    /// <summary>
    /// As <see cref="Run(int, Action{int, int})"/>, over images that fill tiles each by itself: shares of them need not begin at a tile's
    /// height, and so come out even.
    /// </summary>
    internal void RunEvenly(int images, Action<int, int> job) => Run(images, job, alignment: 1);

    private void Run(int count, Action<int, int> job, int alignment)
    {
        if (Threads == 1 || count <= 1 || _working)
        {
            if (count > 0)
                job(0, count);
            return;
        }

        lock (_gate)
        {
            int shares = count >= Threads * SharesPerThread * ShareAlignment ? Threads * SharesPerThread : Math.Min(count, Threads);
            _job = job;
            _count = count;
            _alignment = alignment;
            _finished = 0;
            long generation = Generation() + 1;
            Interlocked.Exchange(ref _ticket, (generation << (3 * CountBits)) | ((long)shares << (2 * CountBits)));
            for (int i = 1; i < Threads; i++)
            {
                if (Interlocked.Exchange(ref _asleep[i], 0) == 1)
                    _wake[i].Release();
            }

            TakeShares(generation, fromFront: true);
            var spinner = default(SpinWait);
            while (Volatile.Read(ref _finished) < shares)
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
        long seen = 0;
        while (true)
        {
            seen = Await(helper, seen);
            TakeShares(seen, fromFront: false);
        }
    }

    // Returns the next generation.
    private long Await(int helper, long seen)
    {
        for (int spin = 0; spin < SpinIterations; spin++)
        {
            if (Generation() is var next && next != seen)
                return next;
            Thread.SpinWait(8);
        }

        // A wake-up may be late, for a job that others have finished: only a new generation ends the wait.
        while (Generation() == seen)
        {
            Volatile.Write(ref _asleep[helper], 1);
            Interlocked.MemoryBarrier();

            // Whoever resets the flag owns the wake-up: the caller by releasing, or this thread when the job came in between.
            if (Generation() != seen && Interlocked.Exchange(ref _asleep[helper], 0) == 1)
                break;
            _wake[helper].Wait();
        }

        return Generation();
    }

    private long Generation() => Volatile.Read(ref _ticket) >> (3 * CountBits);

    // The caller takes from the front and helpers from the back: from job to job the same images stay in the same core's cache.
    private void TakeShares(long generation, bool fromFront)
    {
        while (true)
        {
            long ticket = Volatile.Read(ref _ticket);
            int shares = (int)(ticket >> (2 * CountBits)) & CountMask;
            int front = (int)(ticket >> CountBits) & CountMask;
            int back = (int)ticket & CountMask;
            if (ticket >> (3 * CountBits) != generation || front + back >= shares)
                return;

            // Taken while the job still has an open share: it cannot end, nor its fields change, before this share is finished.
            if (Interlocked.CompareExchange(ref _ticket, ticket + (fromFront ? 1L << CountBits : 1), ticket) != ticket)
                continue;
            int share = fromFront ? front : shares - 1 - back;
            try
            {
                int from = Boundary(share, shares);
                int to = Boundary(share + 1, shares);
                _working = true;
                if (from < to)
                    _job(from, to);
            }
            catch (Exception failure)
            {
                // The caller throws it once all shares are finished.
                Interlocked.CompareExchange(ref _failure, failure, null);
            }
            finally
            {
                _working = false;
            }

            Interlocked.Increment(ref _finished);
        }
    }

    private int Boundary(int share, int shares)
    {
        int place = (int)((long)_count * share / shares);
        return share < shares && _count >= shares * ShareAlignment ? place / _alignment * _alignment : place;
    }
}
