namespace AdvNotebooks.Cli.Benchmarks;

/// <summary>
/// What a step waits for on a network, by the latency-bandwidth model (a message of m bytes takes alpha + m / beta; Thakur, Rabenseifner and
/// Gropp, "Optimization of collective communication operations in MPICH", 2005), one rank a machine.
/// </summary>
/// <param name="Name">The network.</param>
/// <param name="Alpha">Latency of a message, in milliseconds.</param>
/// <param name="Beta">Bytes a millisecond.</param>
internal sealed record ScalingModel(string Name, double Alpha, double Beta)
{
    private const int Logits = 11;

    // The large kernel, and what its layer reads and writes for an image.
    private const int LargeKernel = 3136 * 128;
    private const int LargeRow = 3136 + 128;

    // The other kernels with their biases, the largest of which travels in parts.
    private const int SmallKernels = 10 * 32 + 289 * 64 + 129 * 10;
    private const int MostParts = 8;
    private static readonly int[] Channels = [32, 64, 128];

    /// <summary>The networks of the tables. Latencies are what Ethernet with TCP, and RDMA, usually have between two programs.</summary>
    public static IReadOnlyList<ScalingModel> Networks { get; } =
        [new("10 Gbit/s, TCP", 0.030, 1.25e6), new("25 Gbit/s, TCP", 0.020, 3.125e6), new("100 Gbit/s, RDMA", 0.003, 12.5e6)];

    /// <summary>Ranks and batches of the tables: the recipe's batch, a large one, and one that grows with the ranks.</summary>
    public static IReadOnlyList<(int Ranks, int Batch)> Jobs { get; } =
    [
        .. from ranks in Counts where ranks <= 64 select (ranks, 64),
        .. from ranks in Counts select (ranks, 1024),
        .. from ranks in Counts where ranks is > 1 and not 16 select (ranks, 64 * ranks),
    ];

    /// <summary>Numbers of ranks.</summary>
    public static IReadOnlyList<int> Counts => [1, 2, 4, 8, 16, 32, 64, 128, 256];

    /// <summary>Milliseconds of a training step in which a rank does not compute.</summary>
    /// <param name="rank">What it computes.</param>
    public double Waiting(LonelyRank rank)
    {
        int ranks = rank.Ranks;
        if (ranks == 1)
            return 0;

        // Logits with a label, and each normalization's two statistics of every image, forward and backward.
        double gathers = Gather(ranks, rank.Batch * Logits) + Channels.Sum(channels => 2 * Gather(ranks, rank.Batch * 2 * channels));

        // The large kernel's gradient by rows where the batch is small, else through the ranks as the others; its moved rows.
        bool byRows = (long)rank.Batch * LargeRow <= LargeKernel;
        gathers += (byRows ? Gather(ranks, rank.Batch * LargeRow) : 0) + Gather(ranks, LargeKernel) + Gather(ranks, ranks);

        // The sums pass through all ranks in parts: the last rank begins when the first part has come through all others.
        double bytes = 4.0 * (SmallKernels + (byRows ? 0 : LargeKernel));
        int parts = 2 + Math.Min(MostParts, 2 * ranks) * (byRows ? 1 : 2);
        double part = Alpha + bytes / parts / Beta;
        double chain = (ranks - 1) * (rank.ChainMilliseconds / parts + part) + parts * part;

        // From the last rank in parts to each, then from all to all (van de Geijn), layer by layer.
        double share = (ranks - 1.0) / ranks;
        return gathers + chain + (byRows ? 3 : 4) * 2 * Math.Ceiling(Math.Log2(ranks)) * Alpha + 2 * share * bytes / Beta;
    }

    // Doubling what is known: log2 n messages, and all but one's own rows.
    private double Gather(int ranks, int floats) => Math.Ceiling(Math.Log2(ranks)) * Alpha + 4.0 * floats * (ranks - 1) / ranks / Beta;
}
