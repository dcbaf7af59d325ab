namespace AdvLib;

/// <summary>
/// The ranks (processes) of a job, as this one sees them. All call the same methods in the same order. Nothing here adds: sums are formed
/// image by image, or handed from rank to rank, in the order in which one process forms them, so that any number of ranks gives the bits of
/// one.
/// </summary>
/// <remarks>AdvLib.Mpi implements it on MPI; <see cref="RankedNetwork"/> and AdvLib.Mpi's <c>RankedTrainer</c> train on it.</remarks>
public interface IRanks
{
    /// <summary>This process and their number.</summary>
    Share Share { get; }

    /// <summary>Shows every rank all rows.</summary>
    /// <param name="rows">All rows; this rank's own, its <see cref="Share"/> of them, are given, the others are replaced.</param>
    /// <param name="width">Values of a row.</param>
    void Gather(Span<float> rows, int width);

    /// <summary>Takes over sums from the rank before. Does nothing on the first one.</summary>
    /// <param name="sums">Replaced by what it has passed on.</param>
    void TakeOver(Span<float> sums);

    /// <summary>Passes sums on to the rank behind, and does not wait until it takes them over. Does nothing on the last one.</summary>
    /// <param name="sums">The sums so far, over the images of all ranks up to this one.</param>
    void PassOn(ReadOnlySpan<float> sums);

    /// <summary>Gives every rank what one of them has.</summary>
    /// <param name="bytes">As many bytes on every rank; replaced on all but that one.</param>
    /// <param name="rank">The rank that gives.</param>
    void Broadcast(Span<byte> bytes, int rank);
}
