using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace AdvLib;

/// <summary>
/// Weights as safetensors files (Hugging Face, 2022): an 8-byte little-endian header length, a JSON header that says where each
/// tensor lies, then the raw values. Such a file is data and nothing else: loading it can run no code. float32 is written.
/// </summary>
public static class SafeTensors
{
    // The reference allows 100 MB; a network of this library needs about 1 kB.
    internal const int MaxHeaderLength = 1 << 20;
    internal const int LengthPrefix = 8;
    internal const string MetadataKey = "__metadata__";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// Saves tensors, in the order given. The file appears whole or not at all: it is written under another name beside its place,
    /// flushed, then moved. The same input gives the same bytes. A missing folder is created.
    /// </summary>
    /// <param name="path">Where to save; an existing file is replaced.</param>
    /// <param name="tensors">The tensors, each under a name of its own.</param>
    /// <param name="metadata">Notes to keep with them, written sorted by key.</param>
    /// <param name="anyBits">Take NaN and infinity too: for arrays that are no weights, as a checkpoint's.</param>
    /// <exception cref="ArgumentException">A name is used twice or reserved, a tensor has not the values its shape asks for, or the
    /// names and notes exceed 1 MiB or hold half a surrogate pair.</exception>
    /// <exception cref="WeightsFileException">A tensor holds NaN or infinity.</exception>
    /// <exception cref="DataFileException">A folder is there.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(
        string path, IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null, bool anyBits = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] header = PrepareHeader(tensors, metadata);
        if (!anyBits)
            CheckFinite(tensors, $"for '{path}'");
        string target = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        AtomicFile.Write(target, stream => Write(stream, header, tensors));
    }

    /// <summary>Writes what <see cref="Save"/> would, to a stream. Any bits are taken, NaN and infinity too.</summary>
    /// <param name="stream">Receives the bytes of a file.</param>
    /// <param name="tensors">The tensors, each under a name of its own.</param>
    /// <param name="metadata">Notes to keep with them, written sorted by key.</param>
    /// <exception cref="ArgumentException">As of <see cref="Save"/>.</exception>
    public static void Write(Stream stream, IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Write(stream, PrepareHeader(tensors, metadata), tensors);
    }

    /// <summary>Reads what <see cref="Write(Stream, IReadOnlyList{NamedTensor}, IReadOnlyDictionary{string, string})"/> wrote.</summary>
    /// <param name="stream">The bytes; its length is known.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="metadata">Receives the notes; empty when there are none.</param>
    /// <returns>The tensors, in the order of their data.</returns>
    /// <exception cref="WeightsFileException">The bytes are cut, damaged, or hold anything but floating-point tensors.</exception>
    public static IReadOnlyList<NamedTensor> Read(Stream stream, string name, out IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new SafeTensorsReader(stream, name).Read(out metadata);
    }

    /// <summary>
    /// Loads the tensors of a file, in the order of their data: float32 as it is, float16, bfloat16 and float64 converted, as
    /// <see cref="NamedTensor.StoredAs"/> tells. Nothing is allocated that the file's length does not warrant.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <returns>The tensors.</returns>
    /// <exception cref="WeightsFileException">
    /// The file is cut, damaged, holds anything but floating-point tensors, or one of them holds NaN or infinity.
    /// </exception>
    /// <exception cref="DataFileException">It is a folder.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    public static IReadOnlyList<NamedTensor> Load(string path) => Load(path, out _);

    /// <summary>Loads the tensors of a file, as <see cref="Load(string)"/> does, and the notes kept with them.</summary>
    /// <param name="path">The file.</param>
    /// <param name="metadata">Receives the notes; empty when there are none.</param>
    /// <param name="anyBits">Take NaN and infinity too: for arrays that are no weights, as a checkpoint's.</param>
    /// <returns>The tensors.</returns>
    /// <exception cref="WeightsFileException">
    /// The file is cut, damaged, holds anything but floating-point tensors, or one of them holds NaN or infinity.
    /// </exception>
    /// <exception cref="DataFileException">It is a folder.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    public static IReadOnlyList<NamedTensor> Load(string path, out IReadOnlyDictionary<string, string> metadata, bool anyBits = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream stream = CheckedReading.Open(path);
        NamedTensor[] tensors = new SafeTensorsReader(stream, path).Read(out metadata);
        if (!anyBits)
            CheckFinite(tensors, $"of '{path}'");
        return tensors;
    }

    // The product of the sizes; -1 when one is negative or no array holds so many values.
    internal static long CountValues(int[] sizes)
    {
        long count = 1;
        foreach (int size in sizes)
        {
            count *= size;
            if (size < 0 || count > Array.MaxLength)
                return -1;
        }

        return count;
    }

    private static void Write(Stream stream, byte[] header, IReadOnlyList<NamedTensor> tensors)
    {
        stream.Write(header);
        foreach (NamedTensor tensor in tensors)
            stream.Write(MemoryMarshal.AsBytes(LittleEndian(tensor.Values).AsSpan()));
    }

    private static byte[] PrepareHeader(IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        CheckTensors(tensors);
        CheckText([.. tensors.Select(tensor => tensor.Name), .. metadata?.Keys ?? [], .. metadata?.Values ?? []]);
        return WriteHeader(tensors, metadata);
    }

    private static void CheckFinite(IEnumerable<NamedTensor> tensors, string where)
    {
        foreach (NamedTensor tensor in tensors)
        {
            if (tensor.Values.AsSpan().IndexOfFault() is >= 0 and var fault)
            {
                throw new WeightsFileException(
                    $"Tensor '{tensor.Name}' {where} has {FiniteValues.Describe(tensor.Values[fault], fault, tensor.Shape)}.",
                    "finite weights.", "Training has diverged: take the weights from before, and go on with a smaller learning rate.");
            }
        }
    }

    private static void CheckTensors(IReadOnlyList<NamedTensor> tensors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { MetadataKey };
        foreach (NamedTensor tensor in tensors)
        {
            if (!names.Add(tensor.Name))
            {
                throw new ArgumentException(
                    $"The name '{tensor.Name}' is used twice or reserved. Give each tensor a name of its own.", nameof(tensors));
            }

            if (CountValues(tensor.Shape) != tensor.Values.Length)
            {
                throw new ArgumentException(
                    $"Tensor {tensor} holds {tensor.Values.Length} values. Give it as many as the product of its shape.", nameof(tensors));
            }
        }
    }

    // Half a surrogate pair would silently become another character.
    private static void CheckText(IEnumerable<string> texts)
    {
        foreach (string text in texts)
        {
            try
            {
                _ = Strict.GetByteCount(text);
            }
            catch (EncoderFallbackException e)
            {
                throw new ArgumentException(
                    $"The name or note '{text}' is no Unicode text: {e.Message} Use whole characters.", nameof(texts), e);
            }
        }
    }

    private static byte[] WriteHeader(IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        buffer.Write(new byte[LengthPrefix]);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject(MetadataKey);
                foreach ((string key, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                    json.WriteString(key, value);
                json.WriteEndObject();
            }

            long offset = 0;
            foreach (NamedTensor tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", "F32");
                json.WriteStartArray("shape");
                foreach (int size in tensor.Shape)
                    json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += (long)tensor.Values.Length * sizeof(float));
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        // Spaces bring the data to a multiple of 8 bytes, as the reference does.
        while (buffer.Length % 8 != 0)
            buffer.WriteByte((byte)' ');
        byte[] header = buffer.ToArray();
        int length = header.Length - LengthPrefix;
        if (length > MaxHeaderLength)
        {
            throw new ArgumentException(
                $"Names and notes make a header of {length} bytes; at most {MaxHeaderLength} are read back. Shorten them.",
                nameof(tensors));
        }

        BinaryPrimitives.WriteInt64LittleEndian(header, length);
        return header;
    }

    private static float[] LittleEndian(float[] values)
    {
        if (BitConverter.IsLittleEndian)
            return values;
        var swapped = new float[values.Length];
        BinaryPrimitives.ReverseEndianness(
            MemoryMarshal.Cast<float, int>(values.AsSpan()), MemoryMarshal.Cast<float, int>(swapped.AsSpan()));
        return swapped;
    }
}
