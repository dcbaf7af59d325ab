using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace AdvLib;

/// <summary>
/// NumPy's .npy files (NEP 1, 2007): a magic word, a header that is a Python dictionary of type, order and shape, then the raw values.
/// Little-endian float32 and bytes in row-major order; such a file is data alone, and nothing in it is run.
/// </summary>
public static partial class NpyFile
{
    private const string FloatType = "<f4";
    private const string ByteType = "|u1";
    private const int Alignment = 64;
    private const string Remedy = "Save it again with numpy.save, as float32 or uint8 in C order.";

    private static readonly byte[] Magic = [0x93, .. "NUMPY"u8];

    /// <summary>Saves the pixels of an image set, an adversarial one for example, as float32 of shape (n, height, width, channels).</summary>
    /// <param name="path">Where to save; an existing file is replaced in one step, a missing folder made.</param>
    /// <param name="images">The images.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void SaveImages(string path, ImageSet images)
    {
        ArgumentNullException.ThrowIfNull(images);
        Shape shape = images.Shape;
        var image = new float[shape.Size];
        Write(path, FloatType, [images.Count, shape.Height, shape.Width, shape.Channels], stream =>
        {
            for (int i = 0; i < images.Count; i++)
            {
                images.CopyImages(i, 1, image);
                if (!BitConverter.IsLittleEndian)
                    SwapBytes(image);
                stream.Write(MemoryMarshal.AsBytes(image.AsSpan()));
            }
        });
    }

    /// <summary>Saves the labels of an image set as bytes of shape (n,).</summary>
    /// <param name="path">Where to save; an existing file is replaced in one step, a missing folder made.</param>
    /// <param name="images">The images.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void SaveLabels(string path, ImageSet images)
    {
        ArgumentNullException.ThrowIfNull(images);
        Write(path, ByteType, [images.Count], stream => stream.Write(images.Labels));
    }

    /// <summary>Loads a file. Nothing is allocated that the file's length does not warrant.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its shape and values.</returns>
    /// <exception cref="DataFileException">The file is cut or damaged, or holds anything but float32 or bytes in row-major order.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    public static NpyArray Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read);
        string header = ReadHeader(stream, path);
        if (Header().Match(header) is not { Success: true } match)
            throw Damaged(path, $"the header {header.TrimEnd()}", "'descr' <f4 or |u1, 'fortran_order' False and a 'shape'");

        string type = match.Groups["type"].Value;
        int size = type == FloatType ? sizeof(float) : 1;
        long count = 1;
        var shape = new List<int>();
        foreach (string text in match.Groups["shape"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int length) || (count *= length) > Array.MaxLength)
                throw Damaged(path, $"the shape ({match.Groups["shape"].Value})", "sizes that fit memory");
            shape.Add(length);
        }

        if (stream.Length - stream.Position != count * size)
            throw Damaged(path, $"{stream.Length - stream.Position} bytes of data", $"{count * size}, for the shape ({match.Groups["shape"].Value})");
        var values = new float[count];
        if (type == FloatType)
        {
            stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
            if (!BitConverter.IsLittleEndian)
                SwapBytes(values);
        }
        else
        {
            var bytes = new byte[count];
            stream.ReadExactly(bytes);
            for (int i = 0; i < bytes.Length; i++)
                values[i] = bytes[i];
        }

        return new NpyArray([.. shape], values);
    }

    private static void Write(string path, string type, int[] shape, Action<Stream> data)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        // As NumPy writes it: a tuple of one has a comma, and spaces end the header on a boundary.
        string sizes = string.Join(", ", shape.Select(size => size.ToString(CultureInfo.InvariantCulture))) + (shape.Length == 1 ? "," : "");
        string header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({sizes}), }}";
        int prefix = Magic.Length + 4;
        header = header.PadRight((prefix + header.Length + Alignment) / Alignment * Alignment - prefix - 1) + "\n";
        string target = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        AtomicFile.Write(target, stream =>
        {
            stream.Write([.. Magic, 1, 0, (byte)header.Length, (byte)(header.Length >> 8), .. Encoding.ASCII.GetBytes(header)]);
            data(stream);
        });
    }

    private static string ReadHeader(FileStream stream, string path)
    {
        Span<byte> start = stackalloc byte[Magic.Length + 4];
        if (stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length || !start[..Magic.Length].SequenceEqual(Magic))
            throw Damaged(path, "another beginning", "the magic word of a .npy file");
        if (start[Magic.Length] != 1)
            throw Damaged(path, $"version {start[Magic.Length]}.{start[Magic.Length + 1]}", "version 1.0, which every array of plain numbers has");
        var header = new byte[BinaryPrimitives.ReadUInt16LittleEndian(start[^2..])];
        if (stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length)
            throw Damaged(path, "no whole header", $"{header.Length} bytes");
        return Encoding.Latin1.GetString(header);
    }

    private static void SwapBytes(float[] values)
    {
        Span<int> bits = MemoryMarshal.Cast<float, int>(values.AsSpan());
        BinaryPrimitives.ReverseEndianness(bits, bits);
    }

    private static DataFileException Damaged(string path, string found, string expected) => new($"'{path}' has {found}.", $"{expected}.", Remedy);

    [GeneratedRegex(@"^\{'descr': '(?<type><f4|\|u1)', 'fortran_order': False, 'shape': \((?<shape>[\d, ]*)\), ?\}\s*$")]
    private static partial Regex Header();
}
