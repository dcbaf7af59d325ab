namespace AdvLib.Numerics;

/// <summary>Offsets into a buffer that the garbage collector never moves, for a <see cref="GatheredMatrix"/>.</summary>
internal sealed unsafe class OffsetTable
{
    private readonly int[] _offsets;

    public OffsetTable(int length)
    {
        _offsets = GC.AllocateArray<int>(Math.Max(length, 1), pinned: true);
        fixed (int* start = _offsets)
            Pointer = start;
    }

    public static OffsetTable Empty { get; } = new(0);

    /// <summary>Number of offsets.</summary>
    public int Length => _offsets.Length;

    /// <summary>The first offset; valid for as long as this object is referenced.</summary>
    public int* Pointer { get; }

    /// <summary>0, stride, 2 stride ...</summary>
    public static OffsetTable Strided(int length, int stride)
    {
        var table = new OffsetTable(length);
        for (int i = 0; i < length; i++)
            table.Pointer[i] = checked(i * stride);
        return table;
    }
}
