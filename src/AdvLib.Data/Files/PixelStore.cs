using System.Numerics;
using System.Runtime.InteropServices;

namespace AdvLib;

/// <summary>What an image set keeps of its images: bytes, read as b / 255, or floats.</summary>
internal readonly struct PixelStore(byte[]? bytes, float[]? floats)
{
    /// <summary>Whether each is a byte, and so one of 256 levels.</summary>
    public bool AreBytes => bytes is not null;

    /// <summary>Number of pixels.</summary>
    public int Length => bytes?.Length ?? floats!.Length;

    /// <summary>The bytes, where they are; see <see cref="AreBytes"/>.</summary>
    public ReadOnlySpan<byte> Bytes(int length) => bytes.AsSpan(0, length);

    /// <summary>The first pixels as they lie in memory.</summary>
    public ReadOnlySpan<byte> Memory(int length) =>
        bytes is null ? MemoryMarshal.AsBytes(floats.AsSpan(0, length)) : bytes.AsSpan(0, length);

    /// <summary>A copy of some of the pixels.</summary>
    public PixelStore Copy(Range range) => new(bytes?[range], floats?[range]);

    /// <summary>The smallest and the largest of the first pixels, [0, 1] of bytes; null where one is NaN or infinite.</summary>
    public PixelRange? Range(int length) => floats is null ? PixelRange.Unit : Measure(floats.AsSpan(0, length));

    /// <summary>The first pixel that is NaN or infinite, and its place.</summary>
    public (float Value, int Place) FirstFault()
    {
        int place = floats.AsSpan().IndexOfFault();
        return (floats![place], place);
    }

    /// <summary>Copies pixels as floats. Allocates nothing.</summary>
    public void CopyTo(int offset, Span<float> destination)
    {
        if (floats is not null)
        {
            floats.AsSpan(offset, destination.Length).CopyTo(destination);
            return;
        }

        // A quotient, not a product with 1 / 255: that would differ in the last bit.
        ReadOnlySpan<byte> source = bytes.AsSpan(offset, destination.Length);
        int i = 0;
        for (; i <= source.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(source[i..]), out Vector<ushort> low, out Vector<ushort> high);
            CopyVectors(low, destination[i..]);
            CopyVectors(high, destination[(i + Vector<ushort>.Count)..]);
        }

        for (; i < source.Length; i++)
            destination[i] = source[i] / 255f;
    }

    private static void CopyVectors(Vector<ushort> pixels, Span<float> destination)
    {
        Vector.Widen(pixels, out Vector<uint> low, out Vector<uint> high);
        (Vector.ConvertToSingle(low.As<uint, int>()) / 255f).CopyTo(destination);
        (Vector.ConvertToSingle(high.As<uint, int>()) / 255f).CopyTo(destination[Vector<float>.Count..]);
    }

    // x - x is 0 for every number, and NaN for NaN and infinity: a sum of them tells whether all are finite.
    private static PixelRange? Measure(ReadOnlySpan<float> values)
    {
        Vector<float> lows = new(values[0]), highs = lows, faults = Vector<float>.Zero;
        int i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var next = new Vector<float>(values[i..]);
            (lows, highs) = (Vector.Min(lows, next), Vector.Max(highs, next));
            faults += next - next;
        }

        (float low, float high, float fault) = (lows[0], highs[0], Vector.Sum(faults));
        for (int lane = 1; lane < Vector<float>.Count; lane++)
            (low, high) = (Math.Min(low, lows[lane]), Math.Max(high, highs[lane]));
        for (; i < values.Length; i++)
        {
            (low, high) = (Math.Min(low, values[i]), Math.Max(high, values[i]));
            fault += values[i] - values[i];
        }

        return fault == 0 ? new PixelRange(low, high) : null;
    }
}
