using System.Buffers.Binary;

namespace AdvLib;

/// <summary>Gives all ranks of a job the state that the first one has loaded: only it needs to see the checkpoints.</summary>
internal static class SharedState
{
    /// <summary>The first rank's state.</summary>
    /// <param name="ranks">The ranks, all of which call this.</param>
    /// <param name="mine">What the first rank has loaded, or null; others' is not looked at.</param>
    /// <returns>The state, to be read; null where the first rank has none.</returns>
    public static ResumeState? OfFirst(IGradientReducer ranks, ResumeState? mine)
    {
        byte[] bytes = ranks.Share.Rank == 0 && mine is not null ? mine.ToBytes() : [];
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        ranks.Broadcast(length, rank: 0);
        int count = BinaryPrimitives.ReadInt32LittleEndian(length);
        if (count == 0)
            return null;
        if (bytes.Length == 0)
            bytes = new byte[count];
        ranks.Broadcast(bytes, rank: 0);
        return ResumeState.OfBytes(bytes);
    }
}
