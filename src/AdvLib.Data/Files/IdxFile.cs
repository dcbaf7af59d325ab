using System.Buffers.Binary;
using System.IO.Compression;

namespace AdvLib;

/// <summary>
/// Reads and writes IDX files of unsigned bytes, the format of MNIST and its kin: a magic number 0x000008NN with NN dimensions,
/// their sizes as big-endian 32-bit integers, then the values. Plain or gzipped, told apart by content.
/// </summary>
public static class IdxFile
{
    internal const byte UnsignedByte = 0x08;
    private const int FirstChunk = 1 << 16;

    /// <summary>Reads a file. Memory grows with what the file really holds, never with what its header claims.</summary>
    /// <param name="path">The file, plain or gzipped.</param>
    /// <returns>Its dimensions and values.</returns>
    /// <exception cref="DataFileException">
    /// The file cannot be read, is no IDX file of unsigned bytes with 1, 3 or 4 dimensions, is cut short, has bytes left over,
    /// has a size of zero or sizes too large, or is a damaged gzip file.
    /// </exception>
    public static IdxArray Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using FileStream file = File.OpenRead(path);
            bool gzipped = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
            file.Position = 0;
            if (!gzipped)
                return Read(file, path, file.Length);
            using var content = new GZipStream(file, CompressionMode.Decompress);
            IdxArray array = Read(content, path, null, file.Length);
            CheckGzipEnd(file, path, array);
            return array;
        }
        catch (InvalidDataException e)
        {
            throw new DataFileException(
                $"'{path}' is a damaged gzip file: {e.Message}", "a whole gzip file.", "It was cut short or changed on its way: copy or download it again.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new DataFileException($"'{path}' cannot be read: {e.Message}", "an IDX file.", "Check the path and the permission to read it.", e);
        }
    }

    /// <summary>Writes a file whole or not at all: to a temporary file beside it, which is then moved.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="array">Dimensions and values.</param>
    /// <param name="gzip">Compress the file.</param>
    /// <exception cref="ShapeMismatchException">The number of dimensions is not 1, 3 or 4, one is not positive, or the number of values is not their product.</exception>
    /// <exception cref="DataFileException">The file cannot be written.</exception>
    public static void Write(string path, IdxArray array, bool gzip = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(array);
        if (!IsRank(array.Dimensions.Length) || array.Dimensions.Any(d => d < 1) || Size(array.Dimensions) != array.Data.Length)
        {
            throw new ShapeMismatchException(
                $"{array} has {array.Data.Length} values.", "1, 3 or 4 positive dimensions whose product is the number of values.", "Correct the dimensions or the values.");
        }

        try
        {
            AtomicFile.Write(path, file =>
            {
                using GZipStream? compressed = gzip ? new GZipStream(file, CompressionLevel.Optimal, leaveOpen: true) : null;
                Stream content = compressed ?? file;
                content.Write(array.Header());
                content.Write(array.Data);
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException($"'{path}' cannot be written: {e.Message}", "a file in a folder that exists and may be written.", "Check the path, the permission and the free space.", e);
        }
    }

    private static IdxArray Read(Stream content, string path, long? length, long compressed = 0)
    {
        int[] dimensions = ReadHeader(content, path);
        long size = Size(dimensions);
        if (size > Array.MaxLength)
        {
            throw new DataFileException(
                $"'{path}' claims {Describe(dimensions)}, more than an array can hold.", $"at most {Array.MaxLength} values.", "The header is damaged, or the set must be split.");
        }

        int header = 4 + 4 * dimensions.Length;
        if (length is { } found && found < header + size)
            throw Truncated(path, $"{found - header}", dimensions);
        if (length > header + size)
            throw Trailing(path, dimensions);

        // Room for the usual gzip ratio at once, and for more only as it really comes.
        byte[] data = new byte[length is null ? Math.Min(size, Math.Max(FirstChunk, 8 * compressed)) : size];
        int filled = 0;
        while (true)
        {
            filled += content.ReadAtLeast(data.AsSpan(filled), data.Length - filled, throwOnEndOfStream: false);
            if (filled < data.Length)
                throw Truncated(path, $"{filled}", dimensions);
            if (filled == size)
                break;
            Array.Resize(ref data, (int)Math.Min(size, 2L * data.Length));
        }

        // For gzip, reading on to the end also checks its checksum.
        if (content.ReadByte() >= 0)
            throw Trailing(path, dimensions);
        return new IdxArray(dimensions, data);
    }

    private static int[] ReadHeader(Stream content, string path)
    {
        Span<byte> word = stackalloc byte[4];
        int read = content.ReadAtLeast(word, word.Length, throwOnEndOfStream: false);
        if (read < word.Length || word is not [0, 0, UnsignedByte, 1 or 3 or 4])
        {
            throw new DataFileException(
                $"'{path}' starts with {(read == 0 ? "nothing" : "0x" + Convert.ToHexString(word[..read]))}.",
                "an IDX file of unsigned bytes, which starts with 0x00000801 (labels), 0x00000803 or 0x00000804 (images).",
                read < word.Length ? "The file is cut short: copy or download it again." : "Check that this is the right file, and unpack it if it is an archive other than gzip.");
        }

        int[] dimensions = new int[word[3]];
        for (int d = 0; d < dimensions.Length; d++)
        {
            if (content.ReadAtLeast(word, word.Length, throwOnEndOfStream: false) < word.Length)
            {
                throw new DataFileException(
                    $"'{path}' ends inside its header.", $"{dimensions.Length} sizes of 4 bytes after the magic number.", "The file is cut short: copy or download it again.");
            }

            uint size = BinaryPrimitives.ReadUInt32BigEndian(word);
            if (size is 0 or > int.MaxValue)
            {
                throw new DataFileException(
                    $"'{path}' claims size {size} for dimension {d + 1}.", $"a size from 1 to {int.MaxValue}.", "The header is damaged or the set is empty: get the file again.");
            }

            dimensions[d] = (int)size;
        }

        return dimensions;
    }

    // GZipStream takes a file that lacks its last 8 bytes, and with them the checksum, for a whole one.
    private static void CheckGzipEnd(FileStream file, string path, IdxArray array)
    {
        Span<byte> end = stackalloc byte[4];
        file.Seek(-end.Length, SeekOrigin.End);
        file.ReadExactly(end);
        uint claimed = BinaryPrimitives.ReadUInt32LittleEndian(end);
        uint length = (uint)(array.Header().Length + array.Data.Length);
        if (claimed != length)
        {
            throw new DataFileException(
                $"'{path}' is a damaged gzip file: it ends with {claimed}.", $"the length of its content, {length}.", "It was cut short, or bytes were added: copy or download it again, or unpack it.");
        }
    }

    private static bool IsRank(int dimensions) => dimensions is 1 or 3 or 4;

    // The product of positive sizes; beyond Array.MaxLength it stops growing, so that it cannot overflow.
    private static long Size(int[] dimensions)
    {
        long size = 1;
        foreach (int dimension in dimensions)
            size = Math.Min(size * dimension, 1L << 32);
        return size;
    }

    private static string Describe(int[] dimensions) => $"{string.Join(" x ", dimensions)} values";

    private static DataFileException Truncated(string path, string found, int[] dimensions) => new(
        $"'{path}' holds only {found} values.", $"{Describe(dimensions)} as its header says.", "The file is cut short: copy or download it again.");

    private static DataFileException Trailing(string path, int[] dimensions) => new(
        $"'{path}' has bytes left over after its values.", $"{Describe(dimensions)} as its header says, and nothing more.", "The file is damaged or joined with another: copy or download it again.");
}
