using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace AdvLib;

/// <summary>
/// NumPy's .npy files (NEP 1, 2007): a magic word, a header that is a Python dictionary of type, order and shape, then the raw values;
/// and .npz, which are zip archives of them. Such a file is data alone, and nothing in it is run.
/// </summary>
public static class NpyFile
{
    private const int Alignment = 64;

    /// <summary>Saves the pixels of an image set, adversaries for example, as float32 of shape (n, height, width, channels).</summary>
    /// <param name="path">Where to save; an existing file is replaced in one step, a missing folder made.</param>
    /// <param name="images">The images.</param>
    /// <exception cref="DataFileException">A folder is there.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void SaveImages(string path, ImageSet images)
    {
        ArgumentNullException.ThrowIfNull(images);
        Shape shape = images.Shape;
        var image = new float[shape.Size];
        Write(path, "<f4", [images.Count, shape.Height, shape.Width, shape.Channels], stream =>
        {
            for (int i = 0; i < images.Count; i++)
            {
                images.CopyImages(i, 1, image);
                if (!BitConverter.IsLittleEndian)
                {
                    Span<int> bits = MemoryMarshal.Cast<float, int>(image.AsSpan());
                    BinaryPrimitives.ReverseEndianness(bits, bits);
                }

                stream.Write(MemoryMarshal.AsBytes(image.AsSpan()));
            }
        });
    }

    /// <summary>Saves the labels of an image set as bytes of shape (n,).</summary>
    /// <param name="path">Where to save; an existing file is replaced in one step, a missing folder made.</param>
    /// <param name="images">The images.</param>
    /// <exception cref="DataFileException">A folder is there.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void SaveLabels(string path, ImageSet images)
    {
        ArgumentNullException.ThrowIfNull(images);
        Write(path, "|u1", [images.Count], stream => stream.Write(images.Labels));
    }

    /// <summary>
    /// Loads an array of real numbers or booleans, of either byte order, in C or Fortran order, as row-major float32;
    /// <see cref="NpyArray.StoredAs"/> says what was converted. Nothing is allocated that the file does not warrant.
    /// </summary>
    /// <param name="path">A .npy or .npz file, told apart by content.</param>
    /// <param name="name">The array of a .npz file, as NumPy lists it; null for its only one.</param>
    /// <returns>Its shape and values.</returns>
    /// <exception cref="DataFileException">
    /// The file is a folder, cut, damaged, holds no such array or anything but numbers, or one of them is NaN or beyond float32.
    /// </exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    public static NpyArray Load(string path, string? name = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream stream = CheckedReading.Open(path);
        bool isArchive = stream.ReadByte() == 'P' && stream.ReadByte() == 'K';
        stream.Position = 0;
        if (!isArchive)
            return new NpyReader(stream, path, likely: int.MaxValue).Read();
        try
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            ZipArchiveEntry entry = Choose(archive, path, name);
            using Stream content = entry.Open();
            return new NpyReader(content, $"{path}/{entry.FullName}", likely: 8 * stream.Length).Read();
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or NotSupportedException)
        {
            throw new DataFileException(
                $"'{path}' is a damaged archive: {e.Message}", "a whole .npz file.",
                "Save it again with numpy.savez, or copy it again.", e);
        }
    }

    private static ZipArchiveEntry Choose(ZipArchive archive, string path, string? name)
    {
        string[] names = [.. archive.Entries.Select(entry => entry.FullName)];
        names = [.. names.Select(file => file.EndsWith(".npy", StringComparison.Ordinal) ? file[..^4] : file)];
        int chosen = name is null && names.Length == 1 ? 0 : Array.IndexOf(names, name);
        return chosen >= 0 ? archive.Entries[chosen] : throw new DataFileException(
            $"'{path}' holds {names.Length} arrays: {string.Join(", ", names)}.",
            name is null ? "one, or the name of one." : $"'{name}' among them.", "Pass the name of the array to load.");
    }

    private static void Write(string path, string type, int[] shape, Action<Stream> data)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        // As NumPy writes it: a tuple of one has a comma, and spaces end the header on a boundary.
        string sizes = string.Join(", ", shape) + (shape.Length == 1 ? "," : "");
        string header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({sizes}), }}";
        int prefix = NpyReader.Magic.Length + 4;
        header = header.PadRight((prefix + header.Length + Alignment) / Alignment * Alignment - prefix - 1) + "\n";
        string target = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        AtomicFile.Write(target, stream =>
        {
            stream.Write([.. NpyReader.Magic, 1, 0, (byte)header.Length, (byte)(header.Length >> 8), .. Encoding.ASCII.GetBytes(header)]);
            data(stream);
        });
    }
}
