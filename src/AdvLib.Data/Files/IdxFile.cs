using System.Buffers.Binary;
using System.IO.Compression;

namespace AdvLib;

/// <summary>
/// Reads and writes IDX files, the format of MNIST and its kin: a magic number 0x0000TTNN with TT the type (08: unsigned bytes) and
/// NN dimensions, their sizes as big-endian 32-bit integers, then the values. Plain or gzipped, told apart by content.
/// </summary>
public static class IdxFile
{
    // QMNIST's labels: class, source, writer, place, class code, number, duplicate, unused.
    private const int LabelColumns = 8;

    /// <summary>Reads a file of unsigned bytes. Memory grows with what the file really holds, never with what its header claims.</summary>
    /// <param name="path">The file, plain or gzipped.</param>
    /// <returns>Its dimensions and values.</returns>
    /// <exception cref="DataFileException">
    /// The file cannot be read, is a folder, is no IDX file of unsigned bytes with 1, 3 or 4 dimensions, is cut short, has bytes left
    /// over, has a size of zero or sizes too large, or is a damaged gzip file.
    /// </exception>
    public static IdxArray Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        (_, int[] dimensions, byte[] data) = new IdxReader(path, isLabels: false).Read();
        return new IdxArray(dimensions, data);
    }

    /// <summary>
    /// Reads a file of labels: bytes, or 16-bit or 32-bit integers; of 32-bit integers in 8 columns, as QMNIST has them, the first.
    /// </summary>
    /// <param name="path">The file, plain or gzipped.</param>
    /// <returns>One dimension, and a label from 0 to 255 for each image.</returns>
    /// <exception cref="DataFileException">The file cannot be read, is no such file, or a label is not from 0 to 255.</exception>
    public static IdxArray ReadLabels(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        (byte type, int[] dimensions, byte[] data) = new IdxReader(path, isLabels: true).Read();
        if (type == IdxType.UnsignedByte)
            return new IdxArray(dimensions, data);
        if (dimensions is [_, not LabelColumns])
        {
            throw new DataFileException(
                $"'{path}' has labels in {dimensions[1]} columns.", $"one dimension, or {LabelColumns} columns as QMNIST has.",
                "Save one class number for each image.");
        }

        var labels = new byte[dimensions[0]];
        int stride = data.Length / labels.Length;
        for (int i = 0; i < labels.Length; i++)
        {
            ReadOnlySpan<byte> value = data.AsSpan(i * stride, IdxType.Width(type));
            int label = value.Length switch
            {
                4 => BinaryPrimitives.ReadInt32BigEndian(value),
                2 => BinaryPrimitives.ReadInt16BigEndian(value),
                _ => type == IdxType.SignedByte ? (sbyte)value[0] : value[0],
            };
            if (label is < 0 or > byte.MaxValue)
            {
                throw new DataFileException(
                    $"'{path}' has label {label} at image {i}.", $"labels from 0 to {byte.MaxValue}.",
                    "Number the classes from 0 and save them again.");
            }

            labels[i] = (byte)label;
        }

        return new IdxArray([labels.Length], labels);
    }

    /// <summary>Writes a file of unsigned bytes whole or not at all: to a temporary file beside it, which is then moved.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="array">Dimensions and values.</param>
    /// <param name="gzip">Compress the file.</param>
    /// <exception cref="ShapeMismatchException">
    /// The number of dimensions is not 1, 3 or 4, one is not positive, or the number of values is not their product.
    /// </exception>
    /// <exception cref="DataFileException">The file cannot be written.</exception>
    public static void Write(string path, IdxArray array, bool gzip = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(array);
        int[] sizes = array.Dimensions;
        if (sizes.Length is not (1 or 3 or 4) || sizes.Any(size => size < 1) || IdxType.Count(sizes) != array.Data.Length)
        {
            throw new ShapeMismatchException(
                $"{array} has {array.Data.Length} values.", "1, 3 or 4 positive dimensions whose product is the number of values.",
                "Correct the dimensions or the values.");
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
            throw new DataFileException(
                $"'{path}' cannot be written: {e.Message}", "a file in a folder that exists and may be written.",
                "Check the path, the permission and the free space.", e);
        }
    }

    /// <summary>Writes the pictures of a set, of shape (n, height, width) or (n, height, width, channels).</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="images">The images, as bytes: <see cref="ImageSet.Quantize"/> makes adversaries so.</param>
    /// <param name="gzip">Compress the file.</param>
    /// <exception cref="ImageSetException">The pixels are no bytes.</exception>
    /// <exception cref="DataFileException">The file cannot be written.</exception>
    public static void WriteImages(string path, ImageSet images, bool gzip = false)
    {
        ArgumentNullException.ThrowIfNull(images);
        Shape shape = images.Shape;
        int[] sizes = [images.Count, shape.Height, shape.Width, shape.Channels];
        Write(path, new IdxArray(shape.Channels == 1 ? sizes[..3] : sizes, EightBits.Require(images).ToArray()), gzip);
    }

    /// <summary>Writes the labels of a set, of shape (n).</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="images">The images.</param>
    /// <param name="gzip">Compress the file.</param>
    /// <exception cref="DataFileException">The file cannot be written.</exception>
    public static void WriteLabels(string path, ImageSet images, bool gzip = false)
    {
        ArgumentNullException.ThrowIfNull(images);
        Write(path, new IdxArray([images.Count], images.Labels.ToArray()), gzip);
    }
}
