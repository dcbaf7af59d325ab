using System.Buffers.Binary;

namespace AdvLib;

/// <summary>
/// Trains a network on several ranks at a time, each on its share of every batch. All ranks make the same trainer and call it alike; the
/// first one tells of the run and saves it, and gives the others the state of a run that goes on.
/// </summary>
public sealed class RankedTrainer : Trainer
{
    // Steps after which ranks ask each other whether to go on: a message of its own, which costs a step's time on a slow network.
    private const int StepsPerAgreement = 16;

    private readonly RankedNetwork _network;
    private readonly IOptimizer _optimizer;
    private readonly Loss _loss;

    /// <summary>Creates a trainer.</summary>
    /// <param name="network">This rank's network; its weights move.</param>
    /// <param name="optimizer">A fresh optimizer.</param>
    /// <param name="loss">The loss to minimise; categorical cross-entropy when not given.</param>
    public RankedTrainer(RankedNetwork network, IOptimizer optimizer, Loss? loss = null)
        : base(network, optimizer, loss) => (_network, _optimizer, _loss) = (network, optimizer, loss ?? Loss.CrossEntropy);

    /// <inheritdoc/>
    protected override Share Share => _network.Ranks.Share;

    /// <inheritdoc/>
    protected override bool SpeaksForRun => Share.Rank == 0;

    /// <inheritdoc/>
    protected override StepResult TakeStep(Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return _network.TrainOnShare(batch.Images, batch.Labels, batch.Total, _loss, _optimizer);
    }

    /// <summary>Ranks end after the same step, whichever was told to.</summary>
    /// <inheritdoc/>
    protected override bool Stops(bool told, long step)
    {
        if (step % StepsPerAgreement != 0)
            return false;
        Span<float> all = stackalloc float[Share.Ranks];
        all[Share.Rank] = told ? 1 : 0;
        _network.Ranks.Gather(all, 1);
        return all.Contains(1);
    }

    /// <inheritdoc/>
    protected override void BeforeSave() => _network.CollectMemory(_optimizer);

    /// <summary>All ranks go on from what the first one has loaded: only it needs to see the checkpoints.</summary>
    /// <inheritdoc/>
    protected override ResumeState? GoOnFrom(ResumeState? loaded)
    {
        using var memory = new MemoryStream();
        if (SpeaksForRun && loaded is not null)
            SafeTensors.Write(memory, [.. loaded.Arrays], loaded.Values);
        byte[] bytes = memory.ToArray();
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        _network.Ranks.Broadcast(length, rank: 0);
        int count = BinaryPrimitives.ReadInt32LittleEndian(length);
        if (count == 0)
            return null;
        if (bytes.Length == 0)
            bytes = new byte[count];
        _network.Ranks.Broadcast(bytes, rank: 0);
        using var received = new MemoryStream(bytes);
        IReadOnlyList<NamedTensor> arrays = SafeTensors.Read(
            received, "the first rank's state", out IReadOnlyDictionary<string, string> values);
        return new ResumeState(arrays, values);
    }
}
