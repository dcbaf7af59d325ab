namespace AdvLib;

/// <summary>One process's part of what several do together.</summary>
public readonly record struct Share
{
    private readonly int _others;

    /// <summary>Names the part.</summary>
    /// <param name="rank">Number of the process, from 0.</param>
    /// <param name="ranks">Number of processes, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public Share(int rank, int ranks)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ranks, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rank, ranks);
        Rank = rank;
        _others = ranks - 1;
    }

    /// <summary>All of it: one process.</summary>
    public static Share Whole => default;

    /// <summary>Number of the process, from 0.</summary>
    public int Rank { get; }

    /// <summary>Number of processes.</summary>
    public int Ranks => _others + 1;

    /// <summary>
    /// The part of a range that is this process's: contiguous, in the order of the ranks, no two longer by more than one.
    /// </summary>
    /// <param name="count">Length of the range.</param>
    /// <returns>The first index and the index after the last.</returns>
    public (int From, int To) Of(int count) => ((int)((long)count * Rank / Ranks), (int)((long)count * (Rank + 1) / Ranks));

    /// <summary>The part as text.</summary>
    /// <returns>For example <c>rank 1 of 4</c>.</returns>
    public override string ToString() => FormattableString.Invariant($"rank {Rank} of {Ranks}");
}
