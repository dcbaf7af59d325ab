using System.Collections.Concurrent;

namespace AdvLib.Tests;

/// <summary>Ranks that are threads of this process: what MPI does between processes, for tests that need none.</summary>
internal sealed class LocalRanks : IDisposable
{
    private readonly Barrier _barrier;
    private readonly CancellationTokenSource _broken = new();
    private readonly float[][] _values;
    private readonly BlockingCollection<float[]>[] _passed;
    private byte[] _bytes = [];

    private LocalRanks(int ranks) => (_barrier, _values, _passed) = (new Barrier(ranks), new float[ranks][], [.. Enumerable.Range(0, ranks).Select(_ => new BlockingCollection<float[]>())]);

    /// <summary>Runs the same on every rank; the results in the ranks' order.</summary>
    public static T[] Run<T>(int ranks, Func<IRanks, T> work)
    {
        using var all = new LocalRanks(ranks);
        var results = new T[ranks];
        var failures = new List<Exception>();
        Thread[] threads = [.. Enumerable.Range(0, ranks).Select(rank => new Thread(() =>
        {
            try
            {
                results[rank] = work(new Rank(all, new Share(rank, ranks)));
            }
            catch (Exception failure)
            {
                lock (failures)
                    failures.Add(failure);
                all._broken.Cancel();
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return failures.Find(failure => failure is not OperationCanceledException) is { } first ? throw first : results;
    }

    public void Dispose()
    {
        _barrier.Dispose();
        _broken.Dispose();
        Array.ForEach(_passed, queue => queue.Dispose());
    }

    private void Meet() => _barrier.SignalAndWait(_broken.Token);

    private sealed class Rank(LocalRanks all, Share share) : IRanks
    {
        public Share Share => share;

        public void Gather(Span<float> rows, int width)
        {
            int count = rows.Length / width;
            (int from, int to) = share.Of(count);
            all._values[share.Rank] = rows[(from * width)..(to * width)].ToArray();
            all.Meet();
            for (int rank = 0; rank < share.Ranks; rank++)
                all._values[rank].CopyTo(rows[(new Share(rank, share.Ranks).Of(count).From * width)..]);
            all.Meet();
        }

        // Collections that block are between two ranks each: others need not wait.
        public void TakeOver(Span<float> sums)
        {
            if (share.Rank > 0)
                all._passed[share.Rank].Take(all._broken.Token).CopyTo(sums);
        }

        public void PassOn(ReadOnlySpan<float> sums)
        {
            if (share.Rank < share.Ranks - 1)
                all._passed[share.Rank + 1].Add(sums.ToArray());
        }

        public void Broadcast(Span<byte> bytes, int rank)
        {
            if (share.Rank == rank)
                all._bytes = bytes.ToArray();
            all.Meet();
            all._bytes.CopyTo(bytes);
            all.Meet();
        }
    }
}
