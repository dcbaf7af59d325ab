namespace AdvLib.Numerics;

/// <summary>
/// Floats on a 64-byte boundary that the garbage collector never moves, zeroed. SIMD loads may read up to <see cref="Slack"/>
/// floats past the end: kernels compute whole vectors and store only what is wanted.
/// </summary>
internal sealed unsafe class AlignedBuffer
{
    /// <summary>Readable floats past <see cref="Length"/>: the widest GEMM panel.</summary>
    public const int Slack = 32;

    private const int Alignment = 64;

    // Floats. Cores fetch ahead past the end of what they write, and take those lines from whoever writes there: at 4 KB a neighbour's
    // convolution still took 1.6 times as long, at 64 KB no longer.
    private const int Apart = 16384;

    private readonly float[] _array;

    public AlignedBuffer(int length)
        : this(length, apart: 0)
    {
    }

    private AlignedBuffer(int length, int apart)
    {
        Length = length;
        _array = GC.AllocateArray<float>(length + Slack + 2 * apart + Alignment / sizeof(float), pinned: true);
        fixed (float* start = _array)
            Pointer = (float*)(((nuint)(start + apart) + Alignment - 1) & ~(nuint)(Alignment - 1));
    }

    public int Length { get; }

    /// <summary>The first float; valid for as long as this object is referenced.</summary>
    public float* Pointer { get; }

    public Span<float> Span => new(Pointer, Length);

    /// <summary>This buffer when it is long enough, else a new one.</summary>
    public static AlignedBuffer AtLeast(AlignedBuffer? buffer, int length) =>
        buffer is not null && buffer.Length >= length ? buffer : new AlignedBuffer(length);

    /// <summary>As <see cref="AtLeast"/>, for one thread alone to write, again and again: far from all other memory.</summary>
    public static AlignedBuffer ScratchOf(AlignedBuffer? buffer, int length) =>
        buffer is not null && buffer.Length >= length ? buffer : new AlignedBuffer(length, Apart);
}
