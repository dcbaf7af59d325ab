using System.Buffers.Binary;
using System.Security.Cryptography;

namespace AdvLib;

/// <summary>The content of an IDX file of unsigned bytes.</summary>
/// <param name="Dimensions">
/// Sizes of the 1, 3 or 4 dimensions, outermost first: labels; images, height, width; channels as a fourth.
/// </param>
/// <param name="Data">The values, row-major, as many as the product of <paramref name="Dimensions"/>.</param>
public sealed record IdxArray(int[] Dimensions, byte[] Data)
{
    /// <summary>The dimensions.</summary>
    /// <returns>For example <c>IDX [60000, 28, 28]</c>.</returns>
    public override string ToString() => $"IDX [{string.Join(", ", Dimensions)}]";

    /// <summary>The bytes of the uncompressed file before the data: magic number and sizes, big-endian.</summary>
    internal byte[] Header()
    {
        byte[] header = new byte[4 + 4 * Dimensions.Length];
        header[2] = IdxType.UnsignedByte;
        header[3] = (byte)Dimensions.Length;
        for (int d = 0; d < Dimensions.Length; d++)
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + 4 * d), Dimensions[d]);
        return header;
    }

    /// <summary>SHA-256 of the uncompressed file, in lower-case hexadecimal.</summary>
    internal string Sha256()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Header());
        hash.AppendData(Data);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
