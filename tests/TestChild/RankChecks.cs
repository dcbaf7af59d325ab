using System.Runtime.InteropServices;
using AdvLib;

namespace TestChild;

/// <summary>Every call of AdvLib.Mpi, with values that only the right call gives.</summary>
public static class RankChecks
{
    // Longer than what is shown to all at once, and no multiple of any number of ranks.
    private const int LongVector = 100_003;

    /// <summary>Runs all checks; rank 0 says which library it was.</summary>
    /// <returns>The exit code; 1 where a value was wrong.</returns>
    public static int Run()
    {
        try
        {
            using MpiJob job = MpiJob.Start();
            (int rank, int ranks) = (job.Share.Rank, job.Share.Ranks);
            job.Barrier();

            byte[] told = rank == 0 ? [7, 8, 9] : new byte[3];
            job.Broadcast(told);
            Check(told is [7, 8, 9], "Broadcast");

            byte[] blocks = new byte[2 * ranks];
            (blocks[2 * rank], blocks[2 * rank + 1]) = ((byte)rank, (byte)(rank * rank));
            job.Gather(blocks);
            Check(Enumerable.Range(0, ranks).All(r => blocks[2 * r] == r && blocks[2 * r + 1] == r * r), "Gather");

            Talk(job);
            var reducer = new MpiRanks(job);
            foreach (int length in (int[])[1, 5, LongVector])
                CheckChain(reducer, length);
            foreach (int count in (int[])[1, 3, LongVector])
                CheckRows(reducer, count);
            Check(reducer.Received > 0 || ranks == 1, "Received");
            if (rank == 0)
                Console.WriteLine($"{job.Implementation}|{job.Version}|{job.Share}|{MpiJob.IsLaunched}");
            return 0;
        }
        catch (MpiException missing)
        {
            Console.Error.WriteLine(missing.Message);
            return 3;
        }
    }

    // Ranks ask, rank 0 answers whoever comes.
    private static void Talk(MpiJob job)
    {
        byte[] message = [(byte)job.Share.Rank];
        if (job.Share.Rank > 0)
        {
            job.Send(message, 0);
            job.Receive(message, 0);
            Check(message[0] == job.Share.Rank + 100, "Send and Receive");
            return;
        }

        for (int waiting = job.Share.Ranks - 1; waiting > 0;)
        {
            if (job.TryReceive(message) is not { } sender)
                continue;
            Check(message[0] == sender, "TryReceive");
            job.Send([(byte)(sender + 100)], sender);
            waiting--;
        }
    }

    // Each rank adds its own to what it has taken over, passes it on, and all get the last one's.
    private static void CheckChain(MpiRanks reducer, int length)
    {
        (int rank, int ranks) = (reducer.Share.Rank, reducer.Share.Ranks);
        float[] sums = new float[length];
        reducer.TakeOver(sums);
        for (int i = 0; i < length; i++)
            sums[i] = 3 * sums[i] + rank + i;
        reducer.PassOn(sums);
        reducer.Broadcast(MemoryMarshal.AsBytes(sums.AsSpan()), ranks - 1);
        for (int i = 0; i < length; i++)
        {
            float expected = 0;
            for (int r = 0; r < ranks; r++)
                expected = 3 * expected + r + i;
            Check(sums[i] == expected, $"the chain over {length} values");
        }
    }

    // Ranks may have no row.
    private static void CheckRows(MpiRanks reducer, int count)
    {
        float[] rows = new float[2 * count];
        (int from, int to) = reducer.Share.Of(count);
        for (int i = from; i < to; i++)
            (rows[2 * i], rows[2 * i + 1]) = (i, -i);
        reducer.Gather(rows, 2);
        for (int i = 0; i < count; i++)
            Check(rows[2 * i] == i && rows[2 * i + 1] == -i, $"Gather of {count} rows");
    }

    private static void Check(bool right, string what)
    {
        if (!right)
            throw new InvalidOperationException($"{what} gave wrong values.");
    }
}
