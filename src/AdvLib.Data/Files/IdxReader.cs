using System.Buffers.Binary;
using System.IO.Compression;

namespace AdvLib;

/// <summary>Reads one IDX file, plain or gzipped, of the types and numbers of dimensions that its caller takes.</summary>
/// <param name="path">The file.</param>
/// <param name="isLabels">Whether it holds labels: integers of several sizes are taken then, of one dimension or two.</param>
internal sealed class IdxReader(string path, bool isLabels)
{
    private const string Again = "copy or download it again";

    /// <summary>Reads the file.</summary>
    /// <returns>The type of its values, their dimensions, and their bytes as they are in the file.</returns>
    /// <exception cref="DataFileException">It cannot be read, or is not such a file.</exception>
    public (byte Type, int[] Dimensions, byte[] Data) Read()
    {
        try
        {
            using FileStream file = CheckedReading.Open(path);
            bool gzipped = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
            file.Position = 0;
            if (!gzipped)
                return ReadContent(file, file.Length, likely: int.MaxValue);
            using var content = new GZipStream(file, CompressionMode.Decompress);
            var read = ReadContent(content, length: null, likely: 8 * file.Length);
            CheckGzipEnd(file, HeaderLength(read.Dimensions) + read.Data.Length);
            return read;
        }
        catch (InvalidDataException e)
        {
            throw new DataFileException(
                $"'{path}' is a damaged gzip file: {e.Message}", "a whole gzip file.",
                $"It was cut short or changed on its way: {Again}.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new DataFileException(
                $"'{path}' cannot be read: {e.Message}", "an IDX file.", "Check the path and the permission to read it.", e);
        }
    }

    private (byte Type, int[] Dimensions, byte[] Data) ReadContent(Stream content, long? length, long likely)
    {
        (byte type, int[] dimensions) = ReadHeader(content);
        string expected = $"{string.Join(" x ", dimensions)} values as its header says";
        int width = IdxType.Width(type);
        long size = IdxType.Count(dimensions) * width;
        if (size > Array.MaxLength)
        {
            throw new DataFileException(
                $"'{path}' claims {string.Join(" x ", dimensions)} values, more than an array can hold.",
                $"at most {Array.MaxLength / width} values.",
                "The header is damaged, or the set must be split.");
        }

        int header = HeaderLength(dimensions);
        if (length is { } found && found < header + size)
            throw Truncated(found - header);
        if (length > header + size)
            throw Trailing();
        byte[] data = CheckedReading.Read(content, size, likely);
        if (data.Length < size)
            throw Truncated(data.Length);

        // For gzip, reading on to the end also checks its checksum.
        return content.ReadByte() < 0 ? (type, dimensions, data) : throw Trailing();

        DataFileException Truncated(long bytes) =>
            new($"'{path}' holds only {bytes / width} values.", $"{expected}.", $"The file is cut short: {Again}.");

        DataFileException Trailing() => new(
            $"'{path}' has bytes left over after its values.", $"{expected}, and nothing more.",
            $"The file is damaged or joined with another: {Again}.");
    }

    private (byte Type, int[] Dimensions) ReadHeader(Stream content)
    {
        Span<byte> word = stackalloc byte[4];
        int read = content.ReadAtLeast(word, word.Length, throwOnEndOfStream: false);
        if (read < word.Length || word[0] != 0 || word[1] != 0 || !IsTaken(word[2], word[3]))
        {
            throw new DataFileException(
                $"'{path}' starts with {(read == 0 ? "nothing" : "0x" + Convert.ToHexString(word[..read]))}.",
                isLabels
                    ? "an IDX file of labels: it starts with 0x00000801 (bytes), or 0x00000C01 or 0x00000C02 (32-bit integers)."
                    : "an IDX file of unsigned bytes, which starts with 0x00000801 (labels), 0x00000803 or 0x00000804 (images).",
                read < word.Length
                    ? $"The file is cut short: {Again}."
                    : "Check that this is the right file, and unpack it if it is an archive other than gzip.");
        }

        byte type = word[2];
        int[] dimensions = new int[word[3]];
        for (int d = 0; d < dimensions.Length; d++)
        {
            if (content.ReadAtLeast(word, word.Length, throwOnEndOfStream: false) < word.Length)
            {
                throw new DataFileException(
                    $"'{path}' ends inside its header.", $"{dimensions.Length} sizes of 4 bytes after the magic number.",
                    $"The file is cut short: {Again}.");
            }

            uint size = BinaryPrimitives.ReadUInt32BigEndian(word);
            if (size is 0 or > int.MaxValue)
            {
                throw new DataFileException(
                    $"'{path}' claims size {size} for dimension {d + 1}.", $"a size from 1 to {int.MaxValue}.",
                    "The header is damaged or the set is empty: get the file again.");
            }

            dimensions[d] = (int)size;
        }

        return (type, dimensions);
    }

    // Labels of images' dimensions are read, so that who joins them can say that the two files are exchanged.
    private bool IsTaken(byte type, byte rank) => type switch
    {
        IdxType.UnsignedByte => rank is 1 or 3 or 4,
        IdxType.Int32 => isLabels && rank is (1 or 2),
        IdxType.SignedByte or IdxType.Int16 => isLabels && rank is 1,
        _ => false,
    };

    private static int HeaderLength(int[] dimensions) => 4 + 4 * dimensions.Length;

    // GZipStream takes a file that lacks its last 8 bytes, and with them the checksum, for a whole one.
    private void CheckGzipEnd(FileStream file, long length)
    {
        Span<byte> end = stackalloc byte[4];
        file.Seek(-end.Length, SeekOrigin.End);
        file.ReadExactly(end);
        uint claimed = BinaryPrimitives.ReadUInt32LittleEndian(end);
        if (claimed != (uint)length)
        {
            throw new DataFileException(
                $"'{path}' is a damaged gzip file: it ends with {claimed}.", $"the length of its content, {length}.",
                "It was cut short, or bytes were added: copy or download it again, or unpack it.");
        }
    }
}
