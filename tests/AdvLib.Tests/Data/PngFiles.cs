using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace AdvLib.Tests;

/// <summary>PNG files of every depth and kind, written by the specification's rules without a filter.</summary>
internal static class PngFiles
{
    /// <summary>Writes a file.</summary>
    /// <param name="depth">Bits of a sample.</param>
    /// <param name="kind">0 grey, 2 colour, 3 palette, 4 grey with alpha, 6 colour with alpha.</param>
    /// <param name="rows">The rows' samples.</param>
    /// <param name="width">Columns.</param>
    /// <param name="palette">The palette's colours.</param>
    public static byte[] Encode(int depth, int kind, int[][] rows, int width, byte[]? palette = null)
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), rows.Length);
        (header[8], header[9]) = ((byte)depth, (byte)kind);
        Chunk(file, "IHDR", header);
        if (palette is not null)
            Chunk(file, "PLTE", palette);
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Optimal, leaveOpen: true))
        {
            foreach (int[] row in rows)
                zlib.Write([0, .. Pack(row, depth)]);
        }

        Chunk(file, "IDAT", data.ToArray());
        Chunk(file, "IEND", []);
        return file.ToArray();
    }

    private static byte[] Pack(int[] row, int depth)
    {
        var bits = new StringBuilder();
        foreach (int sample in row)
            bits.Append(Convert.ToString(sample, 2).PadLeft(depth, '0'));
        while (bits.Length % 8 != 0)
            bits.Append('0');
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.ToString(8 * i, 8), 2))];
    }

    private static void Chunk(Stream file, string type, byte[] data)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(type), .. data];
        var number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(named);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(named));
        file.Write(number);
    }

    // Bit by bit, another way than the library's table.
    private static uint Crc(byte[] data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }

        return ~crc;
    }
}
