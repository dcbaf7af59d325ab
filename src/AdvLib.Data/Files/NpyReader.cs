using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AdvLib;

/// <summary>Reads one array in NumPy's format from a file, or from an entry of an archive.</summary>
/// <param name="stream">The content; its length is checked before where it is known.</param>
/// <param name="name">The file's name, for messages.</param>
/// <param name="likely">Bytes that there may well be, for which room is made at once.</param>
internal sealed partial class NpyReader(Stream stream, string name, long likely)
{
    private const int LongestHeader = 1 << 16;

    /// <summary>What every array begins with.</summary>
    public static readonly byte[] Magic = [0x93, .. "NUMPY"u8];

    private static readonly Dictionary<string, string> Types = new()
    {
        ["b1"] = "bool",
        ["i1"] = "int8",
        ["u1"] = "uint8",
        ["i2"] = "int16",
        ["u2"] = "uint16",
        ["i4"] = "int32",
        ["u4"] = "uint32",
        ["i8"] = "int64",
        ["u8"] = "uint64",
        ["f2"] = "float16",
        ["f4"] = "float32",
        ["f8"] = "float64",
    };

    /// <summary>Reads the array.</summary>
    /// <exception cref="DataFileException">It is cut or damaged, holds anything but numbers, or a number is NaN or infinite.</exception>
    public NpyArray Read()
    {
        string header = ReadHeader();
        if (Header().Match(header) is not { Success: true } match || !Types.TryGetValue(match.Groups["type"].Value, out string? type))
            throw Damaged($"the header {header.TrimEnd()}", "'descr' with a type of real numbers (f2 to f8, i1 to i8, u1 to u8, b1)");
        int[] shape = ReadShape(match.Groups["shape"].Value, NumberBytes.Widths[type], out int size);
        byte[] data = ReadData(size, match.Groups["shape"].Value);
        float[] values = NumberBytes.ToFloats(type, data, bigEndian: match.Groups["order"].Value == ">");
        if (match.Groups["fortran"].Value == "True")
            values = RowMajor(values, shape);
        int fault = values.AsSpan().IndexOfFault();
        return fault < 0 ? new NpyArray(shape, values, NumberBytes.Describe(type, values)) : throw new DataFileException(
            $"'{name}' has {FiniteValues.Describe(values[fault], fault, shape)}.", "finite numbers that float32 can hold.",
            "Look for a division by zero or an overflow where they were computed.");
    }

    private string ReadHeader()
    {
        byte[] start = CheckedReading.Read(stream, Magic.Length + 2, 0);
        if (start.Length < Magic.Length + 2 || !start.AsSpan().StartsWith(Magic))
            throw Damaged("another beginning", "the magic word of a .npy file");
        if (start[^2] is not (1 or 2 or 3))
            throw Damaged($"version {start[^2]}.{start[^1]}", "version 1.0, 2.0 or 3.0");
        byte[] length = CheckedReading.Read(stream, start[^2] == 1 ? 2 : 4, 0);
        uint bytes = length.Length switch
        {
            2 => BinaryPrimitives.ReadUInt16LittleEndian(length),
            4 => BinaryPrimitives.ReadUInt32LittleEndian(length),
            _ => uint.MaxValue,
        };
        byte[] header = bytes <= LongestHeader ? CheckedReading.Read(stream, bytes, 0) : [];
        return bytes > 0 && header.Length == bytes
            ? Encoding.Latin1.GetString(header)
            : throw Damaged("no whole header", $"one of up to {LongestHeader} bytes");
    }

    private int[] ReadShape(string text, int width, out int size)
    {
        long count = 1;
        var shape = new List<int>();
        foreach (string number in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int length)
                || (count *= length) > Array.MaxLength / width)
                throw Damaged($"the shape ({text})", "sizes that fit memory");
            shape.Add(length);
        }

        size = (int)count * width;
        return [.. shape];
    }

    private byte[] ReadData(int size, string shape)
    {
        long left = stream.CanSeek ? stream.Length - stream.Position : size;
        byte[] data = left == size ? CheckedReading.Read(stream, size, likely) : [];
        string? found = left != size ? $"{left}" : data.Length < size ? $"{data.Length}" : stream.ReadByte() >= 0 ? "more" : null;
        return found is null ? data : throw Damaged($"{found} bytes of data", $"{size}, for the shape ({shape})");
    }

    // The first index runs fastest in the file, and the last one in memory.
    private static float[] RowMajor(float[] values, int[] shape)
    {
        var strides = new int[shape.Length];
        for (int d = 0, stride = 1; d < shape.Length; stride *= shape[d++])
            strides[d] = stride;
        var place = new int[shape.Length];
        var ordered = new float[values.Length];
        for (int i = 0, from = 0; i < ordered.Length; i++)
        {
            ordered[i] = values[from];
            for (int d = shape.Length - 1; d >= 0; d--)
            {
                from += strides[d];
                if (++place[d] < shape[d])
                    break;
                from -= strides[d] * shape[d];
                place[d] = 0;
            }
        }

        return ordered;
    }

    private DataFileException Damaged(string found, string expected) =>
        new($"'{name}' has {found}.", $"{expected}.", "Save it again with numpy.save, as an array of numbers.");

    [GeneratedRegex(@"^\{'descr': '(?<order>[<>|=]?)(?<type>\w+)', 'fortran_order': (?<fortran>True|False), "
        + @"'shape': \((?<shape>[\d, ]*)\), ?\}\s*$")]
    private static partial Regex Header();
}
