using System.Buffers.Binary;
using System.IO.Compression;

namespace AdvLib.Tests;

/// <summary>Decodes the PNGs that the library writes, checking every chunk's CRC bit by bit, without the library's code.</summary>
internal sealed record PngReader(int Width, int Height, int Channels, byte[] Pixels)
{
    public static PngReader Read(ReadOnlySpan<byte> file)
    {
        Assert.Equal<byte>([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], file[..8].ToArray());
        int width = 0, height = 0, channels = 0, at = 8;
        byte[] data = [];
        List<string> types = [];
        while (at < file.Length)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file[at..]);
            ReadOnlySpan<byte> typed = file.Slice(at + 4, 4 + length), body = typed[4..];
            Assert.Equal(Crc(typed), BinaryPrimitives.ReadUInt32BigEndian(file[(at + 8 + length)..]));
            types.Add(System.Text.Encoding.ASCII.GetString(typed[..4]));
            if (types[^1] == "IHDR")
            {
                (width, height) = (BinaryPrimitives.ReadInt32BigEndian(body), BinaryPrimitives.ReadInt32BigEndian(body[4..]));
                channels = body[9] switch { 0 => 1, 2 => 3, _ => throw new InvalidDataException($"colour type {body[9]}") };
                Assert.Equal<byte>([8, 0, 0, 0], [body[8], .. body[10..]]);
            }
            else if (types[^1] == "IDAT")
                data = body.ToArray();
            at += length + 12;
        }
        Assert.Equal(["IHDR", "IDAT", "IEND"], types);

        using var zlib = new ZLibStream(new MemoryStream(data), CompressionMode.Decompress);
        var pixels = new byte[width * height * channels];
        for (int y = 0; y < height; y++)
        {
            Assert.Equal(0, zlib.ReadByte());
            zlib.ReadExactly(pixels, y * width * channels, width * channels);
        }
        Assert.Equal(-1, zlib.ReadByte());
        return new PngReader(width, height, channels, pixels);
    }

    public override string ToString() => $"png:{Width}x{Height}x{Channels}:{Convert.ToHexStringLower(Pixels)}";

    private static uint Crc(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in data)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }
        return ~crc;
    }
}
