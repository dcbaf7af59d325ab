using AdvLib.Numerics;

namespace AdvLib.Benchmarks;

/// <summary>Values of ordinary size: denormals and infinities would take other time.</summary>
internal static class RandomValues
{
    public static AlignedBuffer Buffer(int count)
    {
        var rng = new Rng(42, RandomPurpose.Attack);
        var buffer = new AlignedBuffer(count);
        foreach (ref float value in buffer.Span)
            value = rng.NextSingle(-1, 1);
        return buffer;
    }
}
