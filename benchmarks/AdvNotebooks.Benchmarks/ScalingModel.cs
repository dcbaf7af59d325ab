namespace AdvNotebooks.Benchmarks;

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

    private const int MostParts = 16;
    private const int PartValues = 1024;
    private static readonly int[] Channels = [32, 64, 128];

    // The kernels whose sums pass through the ranks, the large one last: values, and products an image. All but the first layer's have an input
    // gradient of as many products.
    private static readonly (int Values, int Products, bool InputGradient)[] Chains =
        [(9 * 32, 196 * 9 * 32, false), (288 * 64, 49 * 288 * 64, true), (128 * 10, 128 * 10, true), (LargeKernel, LargeKernel, true)];

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
    public double Waiting(SimulatedRank rank)
    {
        int ranks = rank.Ranks;
        if (ranks == 1)
            return 0;

        // Logits with a label, and each normalization's two statistics of every image, forward and backward.
        double gathers = Gather(ranks, rank.Batch * Logits) + Channels.Sum(channels => 2 * Gather(ranks, rank.Batch * 2 * channels));

        // The large kernel's gradient by rows where the batch is small, else through the ranks as the others; its moved rows.
        bool byRows = (long)rank.Batch * LargeRow <= LargeKernel;
        gathers += (byRows ? Gather(ranks, rank.Batch * LargeRow) : 0) + Gather(ranks, LargeKernel) + Gather(ranks, ranks);

        (int Values, int Products, bool InputGradient)[] chains = byRows ? Chains[..^1] : Chains;
        double products = chains.Sum(chain => (double)chain.Products);
        double waiting = gathers;
        foreach ((int values, int layer, bool inputGradient) in chains)
        {
            // The last rank begins when the first part has come through all others, and has the input gradient to compute until then.
            int parts = Math.Clamp(values / PartValues, 1, Math.Min(MostParts, 2 * ranks));
            double computing = rank.ChainMilliseconds * layer / products;
            double part = Alpha + 4.0 * values / parts / Beta;
            waiting += Math.Max(0, (ranks - 1) * (computing / parts + part) - (inputGradient ? computing : 0)) + parts * part;

            // From the last rank in parts to each, then from all to all (van de Geijn).
            waiting += 2 * Math.Ceiling(Math.Log2(ranks)) * Alpha + 2.0 * (ranks - 1) / ranks * 4 * values / Beta;
        }

        return waiting;
    }

    // Doubling what is known: log2 n messages, and all but one's own rows.
    private double Gather(int ranks, int floats) => Math.Ceiling(Math.Log2(ranks)) * Alpha + 4.0 * floats * (ranks - 1) / ranks / Beta;
}
