using System.Numerics;
using System.Runtime.InteropServices;

namespace AdvLib;

/// <summary>
/// Raw numbers of a file as float32. Half precision and small integers stay what they are; float64 and large integers are rounded.
/// </summary>
internal static class NumberBytes
{
    // Beyond it, not every integer is a float32.
    private const float LargestInteger = 1 << 24;

    /// <summary>Bytes of a value, by the type's name in words.</summary>
    public static readonly IReadOnlyDictionary<string, int> Widths = new Dictionary<string, int>
    {
        ["bool"] = 1,
        ["int8"] = 1,
        ["uint8"] = 1,
        ["int16"] = 2,
        ["uint16"] = 2,
        ["int32"] = 4,
        ["uint32"] = 4,
        ["int64"] = 8,
        ["uint64"] = 8,
        ["bfloat16"] = 2,
        ["float16"] = 2,
        ["float32"] = 4,
        ["float64"] = 8,
    };

    /// <summary>What became of values, for their reader: the type, and whether some were rounded.</summary>
    public static string Describe(string type, ReadOnlySpan<float> values)
    {
        bool integers = type.Contains("int", StringComparison.Ordinal);
        bool rounded = type == "float64" || (integers && values.ContainsAnyExceptInRange(-LargestInteger, LargestInteger));
        return type == "float32" ? type : $"{type}, {(rounded ? "rounded to" : "as")} float32";
    }

    /// <summary>Converts numbers.</summary>
    /// <param name="type">One of <see cref="Widths"/>.</param>
    /// <param name="bytes">The numbers; their order is turned around in place where this machine has the other one.</param>
    /// <param name="bigEndian">Whether the most significant byte comes first.</param>
    public static float[] ToFloats(string type, byte[] bytes, bool bigEndian)
    {
        int width = Widths[type];
        if (width > 1 && bigEndian == BitConverter.IsLittleEndian)
        {
            for (int i = 0; i < bytes.Length; i += width)
                bytes.AsSpan(i, width).Reverse();
        }

        return type switch
        {
            "bool" or "uint8" => Convert<byte>(bytes),
            "int8" => Convert<sbyte>(bytes),
            "int16" => Convert<short>(bytes),
            "uint16" => Convert<ushort>(bytes),
            "int32" => Convert<int>(bytes),
            "uint32" => Convert<uint>(bytes),
            "int64" => Convert<long>(bytes),
            "uint64" => Convert<ulong>(bytes),
            "float16" => Convert<Half>(bytes),
            "float64" => Convert<double>(bytes),
            "float32" => MemoryMarshal.Cast<byte, float>(bytes).ToArray(),

            // bfloat16 is the upper half of a float32.
            _ => [.. Convert<ushort>(bytes).Select(upper => BitConverter.UInt32BitsToSingle((uint)upper << 16))],
        };
    }

    private static float[] Convert<T>(byte[] bytes)
        where T : unmanaged, INumberBase<T>
    {
        ReadOnlySpan<T> source = MemoryMarshal.Cast<byte, T>(bytes);
        var values = new float[source.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = float.CreateTruncating(source[i]);
        return values;
    }
}
