using System.Buffers.Binary;
using System.Text;

namespace AdvLib.Tests.Fuzzing;

/// <summary>Damages bytes in the ways that files get damaged, and in those that readers stumble over. The random numbers decide which.</summary>
internal static class Mutator
{
    private const int LongestGrowth = 4096;

    private static readonly byte[] Bytes = [0, 1, 0x7f, 0x80, 0xff, (byte)'"', (byte)'{', (byte)'[', (byte)',', (byte)' '];
    private static readonly long[] Integers = [0, 1, -1, int.MaxValue, int.MinValue, uint.MaxValue, long.MaxValue, long.MinValue, 1 << 16, 1 << 24, 1L << 31, 1L << 33, 100_000_000, 2_000_000_000];

    private static readonly byte[][] Words =
    [
        .. new[] { "0", "-1", "1e999", "1.5", "null", "true", "\"\"", "{}", "[]", "2147483648", "18446744073709551616", "9223372036854775807", "-0", "NaN", "\"a\"", "[[[[", "}}", "\\ud800", "[1,2]", "{\"a\":1,\"a\":2}" }
            .Select(Encoding.UTF8.GetBytes),
    ];

    /// <summary>A damaged copy: one to four changes, one after the other.</summary>
    public static byte[] Mutate(byte[] input, Rng rng)
    {
        byte[] bytes = [.. input];
        for (int change = 1 + rng.NextInt32(4); change > 0; change--)
            bytes = Change(bytes, rng);
        return bytes;
    }

    private static byte[] Change(byte[] bytes, Rng rng)
    {
        int at = rng.NextInt32(bytes.Length + 1);
        int length = Math.Min(1 + rng.NextInt32(rng.NextInt32(2) == 0 ? 8 : 256), bytes.Length - at);
        switch (rng.NextInt32(9))
        {
            case 0 when at < bytes.Length:
                bytes[at] ^= (byte)(1 << rng.NextInt32(8));
                return bytes;
            case 1 when at < bytes.Length:
                bytes[at] = Bytes[rng.NextInt32(Bytes.Length)];
                return bytes;
            case 2 when at < bytes.Length:
                bytes[at] = (byte)rng.NextInt32(256);
                return bytes;
            case 3 when at + 8 <= bytes.Length:
                long number = Integers[rng.NextInt32(Integers.Length)];
                if (rng.NextInt32(2) == 0)
                    BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(at), (int)number);
                else
                    BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), number);
                return bytes;
            case 4:
                return bytes[..at];
            case 5:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 6 when bytes.Length < LongestGrowth:
                return [.. bytes[..(at + length)], .. bytes[at..]];
            case 7:
                return ReplaceToken(bytes, at, Words[rng.NextInt32(Words.Length)]);
            case 8 when bytes.Length < LongestGrowth:
                return [.. bytes[..at], .. Words[rng.NextInt32(Words.Length)], .. bytes[at..]];
            default:
                return bytes;
        }
    }

    // The run of letters and digits at or behind a place: a number, a name or a word of a text format.
    private static byte[] ReplaceToken(byte[] bytes, int at, byte[] word)
    {
        while (at < bytes.Length && !char.IsAsciiLetterOrDigit((char)bytes[at]))
            at++;
        int end = at;
        while (end < bytes.Length && char.IsAsciiLetterOrDigit((char)bytes[end]))
            end++;
        return [.. bytes[..at], .. word, .. bytes[end..]];
    }
}
