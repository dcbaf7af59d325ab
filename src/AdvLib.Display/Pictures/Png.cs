using System.Buffers.Binary;
using System.IO.Compression;

namespace AdvLib;

/// <summary>
/// Writes 8-bit grey and RGB pictures as PNG (W3C, Portable Network Graphics, third edition), and tells whether a PNG file is whole.
/// </summary>
public static class Png
{
    private static readonly uint[] CrcTable = MakeCrcTable();

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Encodes a picture.</summary>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="channels">1: grey, 3: red, green, blue.</param>
    /// <param name="pixels">Rows from the top, <paramref name="channels"/> bytes a pixel.</param>
    /// <returns>The file's bytes.</returns>
    public static byte[] Encode(int width, int height, int channels, ReadOnlySpan<byte> pixels)
    {
        using var file = new MemoryStream();
        file.Write(Signature);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = 8;
        header[9] = (byte)(channels == 1 ? 0 : 2);
        Chunk(file, "IHDR"u8, header);
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            int stride = width * channels;
            for (int y = 0; y < height; y++)
            {
                zlib.WriteByte(0);
                zlib.Write(pixels.Slice(y * stride, stride));
            }
        }
        Chunk(file, "IDAT"u8, data.ToArray());
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    /// <summary>Looks for damage: a file that is no PNG, is cut, or has a chunk that does not fit its checksum.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="size">Columns and rows, as the header says.</param>
    /// <returns>What is wrong with it, as a clause; null for a whole file.</returns>
    public static string? Fault(ReadOnlySpan<byte> file, out (int Width, int Height) size)
    {
        size = default;
        if (!file.StartsWith(Signature))
            return "it does not begin as a PNG";
        for (int at = Signature.Length; file.Length - at >= 12;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file[at..]);
            if (length < 0 || length > file.Length - at - 12)
                break;
            ReadOnlySpan<byte> type = file.Slice(at + 4, 4);
            if (BinaryPrimitives.ReadUInt32BigEndian(file[(at + 8 + length)..]) != ~Crc(uint.MaxValue, file.Slice(at + 4, 4 + length)))
                return "a part of it does not fit its checksum";
            if (at == Signature.Length)
            {
                if (!type.SequenceEqual("IHDR"u8) || length != 13)
                    return "it does not begin with a header";
                size = (BinaryPrimitives.ReadInt32BigEndian(file[(at + 8)..]), BinaryPrimitives.ReadInt32BigEndian(file[(at + 12)..]));
            }

            if (type.SequenceEqual("IEND"u8))
                return null;
            at += 12 + length;
        }

        return "it is cut short";
    }

    /// <summary>Encodes a picture as the address of an image element.</summary>
    internal static string DataUri(int width, int height, int channels, ReadOnlySpan<byte> pixels) =>
        "data:image/png;base64," + Convert.ToBase64String(Encode(width, height, channels, pixels));

    private static void Chunk(Stream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(uint.MaxValue, type), data));
        file.Write(number);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> data)
    {
        foreach (byte b in data)
            crc = CrcTable[(crc ^ b) & 0xFF] ^ (crc >> 8);
        return crc;
    }

    private static uint[] MakeCrcTable()
    {
        var table = new uint[256];
        for (uint n = 0; n < 256; n++)
        {
            uint c = n;
            for (int k = 0; k < 8; k++)
                c = (c & 1) == 0 ? c >> 1 : 0xEDB88320 ^ (c >> 1);
            table[n] = c;
        }
        return table;
    }
}
