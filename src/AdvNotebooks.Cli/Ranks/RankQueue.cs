using System.Buffers.Binary;

namespace AdvNotebooks.Cli.Ranks;

/// <summary>
/// Hands out the numbers 0 ... count - 1, each to one rank, as the ranks ask for them. Rank 0 works too: its main thread answers the others
/// while another one computes.
/// </summary>
/// <param name="count">How many there are.</param>
/// <param name="job">The ranks; null for this process alone.</param>
internal sealed class RankQueue(int count, MpiJob? job)
{
    private const int Nothing = -1;
    private const int MessageLength = sizeof(int);

    // What another rank waits for an answer at most, beside training that takes seconds.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private int _next;

    /// <summary>Works until nothing is left.</summary>
    /// <param name="work">Does one number's work; called by one thread at a time.</param>
    public void Run(Action<int> work)
    {
        if (job is null)
            Work(Take, work);
        else if (job.Share.Rank > 0)
            Work(Ask, work);
        else
            Serve(job, work);
    }

    private static void Work(Func<int?> next, Action<int> work)
    {
        while (next() is { } number)
            work(number);
    }

    private int? Take() => Interlocked.Increment(ref _next) - 1 is var number && number < count ? number : null;

    private int? Ask()
    {
        Span<byte> message = stackalloc byte[MessageLength];
        message.Clear();
        job!.Send(message, rank: 0);
        job.Receive(message, rank: 0);
        int number = BinaryPrimitives.ReadInt32LittleEndian(message);
        return number == Nothing ? null : number;
    }

    private void Serve(MpiJob ranks, Action<int> work)
    {
        Task own = Task.Factory.StartNew(
            () => Work(Take, work), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Span<byte> message = stackalloc byte[MessageLength];
        for (int waiting = ranks.Share.Ranks - 1; waiting > 0;)
        {
            if (own.IsFaulted)
                break;
            if (ranks.TryReceive(message) is not { } rank)
            {
                Thread.Sleep(Pause);
                continue;
            }

            int number = Take() ?? Nothing;
            BinaryPrimitives.WriteInt32LittleEndian(message, number);
            ranks.Send(message, rank);
            waiting -= number == Nothing ? 1 : 0;
        }

        own.GetAwaiter().GetResult();
    }
}
