namespace AdvLib;

/// <summary>The types of values in IDX files, by the third byte of the magic number.</summary>
internal static class IdxType
{
    public const byte UnsignedByte = 0x08;
    public const byte SignedByte = 0x09;
    public const byte Int16 = 0x0B;
    public const byte Int32 = 0x0C;

    /// <summary>Bytes of a value.</summary>
    public static int Width(byte type) => type switch { Int16 => 2, Int32 => 4, _ => 1 };

    /// <summary>The product of positive sizes; beyond what an array can hold it stops growing, so that it cannot overflow.</summary>
    public static long Count(int[] dimensions)
    {
        long count = 1;
        foreach (int dimension in dimensions)
            count = Math.Min(count * dimension, 1L << 32);
        return count;
    }
}
