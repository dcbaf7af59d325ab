using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace AdvLib;

/// <summary>
/// Weights as safetensors files (Hugging Face, 2022): an 8-byte little-endian header length, a JSON header that says where each
/// tensor lies, then the raw values. Such a file is data and nothing else: loading it can run no code. float32 only.
/// </summary>
public static class SafeTensors
{
    // The reference allows 100 MB; a network of this library needs about 1 kB.
    private const int MaxHeaderLength = 1 << 20;
    private const int LengthPrefix = 8;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private const string MetadataKey = "__metadata__";
    private const string DamagedRemedy = "The file is damaged or is not a float32 safetensors file: save or copy it again.";

    /// <summary>
    /// Saves tensors, in the order given. The file appears whole or not at all: it is written under another name beside its place,
    /// flushed, then moved. The same input gives the same bytes. A missing folder is created.
    /// </summary>
    /// <param name="path">Where to save; an existing file is replaced.</param>
    /// <param name="tensors">The tensors, each under a name of its own.</param>
    /// <param name="metadata">Notes to keep with them, written sorted by key.</param>
    /// <exception cref="ArgumentException">A name is used twice or reserved, a tensor has not the values its shape asks for, or the
    /// names and notes exceed 1 MiB or hold half a surrogate pair.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(string path, IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] header = PrepareHeader(tensors, metadata);
        string target = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        AtomicFile.Write(target, stream => Write(stream, header, tensors));
    }

    /// <summary>Writes tensors as <see cref="Save"/> does, to a stream.</summary>
    /// <param name="stream">Receives the bytes of a file.</param>
    /// <param name="tensors">The tensors, each under a name of its own.</param>
    /// <param name="metadata">Notes to keep with them, written sorted by key.</param>
    /// <exception cref="ArgumentException">As of <see cref="Save"/>.</exception>
    public static void Write(Stream stream, IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Write(stream, PrepareHeader(tensors, metadata), tensors);
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

    /// <summary>Loads the tensors of a file, in the order of their data. Nothing is allocated that the file's length does not warrant.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The tensors.</returns>
    /// <exception cref="WeightsFileException">The file is cut, damaged, or holds anything but float32 tensors.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    public static IReadOnlyList<NamedTensor> Load(string path) => Load(path, out _);

    /// <summary>Loads the tensors of a file, in the order of their data, and the notes kept with them.</summary>
    /// <param name="path">The file.</param>
    /// <param name="metadata">Receives the notes; empty when there are none.</param>
    /// <returns>The tensors.</returns>
    /// <exception cref="WeightsFileException">The file is cut, damaged, or holds anything but float32 tensors.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    public static IReadOnlyList<NamedTensor> Load(string path, out IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read);
        return Read(stream, path, out metadata);
    }

    /// <summary>Loads tensors as <see cref="Load(string)"/> does, from a stream that holds a whole file.</summary>
    /// <param name="stream">The bytes; its length is known.</param>
    /// <param name="path">What messages call it.</param>
    /// <param name="metadata">Receives the notes; empty when there are none.</param>
    /// <returns>The tensors.</returns>
    /// <exception cref="WeightsFileException">The bytes are cut, damaged, or hold anything but float32 tensors.</exception>
    public static IReadOnlyList<NamedTensor> Read(Stream stream, string path, out IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(stream);
        byte[] header = ReadHeader(stream, path);
        long dataLength = stream.Length - stream.Position;

        List<Entry> entries;
        try
        {
            // Without duplicates: a name that occurs twice would let two readers of one file see two networks.
            using JsonDocument json = JsonDocument.Parse(header, new JsonDocumentOptions { AllowDuplicateProperties = false });
            entries = ReadEntries(json.RootElement, path, dataLength, out metadata);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new WeightsFileException($"The header of '{path}' cannot be read as JSON: {e.Message}",
                "a JSON object with one entry a tensor, each name once.", DamagedRemedy, e);
        }

        CheckLayout(entries, path, dataLength);
        var tensors = new NamedTensor[entries.Count];
        for (int i = 0; i < tensors.Length; i++)
        {
            var values = new float[(entries[i].End - entries[i].Begin) / sizeof(float)];
            stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
            tensors[i] = new NamedTensor(entries[i].Name, entries[i].Shape, LittleEndian(values));
        }

        return tensors;
    }

    private static void CheckTensors(IReadOnlyList<NamedTensor> tensors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { MetadataKey };
        foreach (NamedTensor tensor in tensors)
        {
            if (!names.Add(tensor.Name))
                throw new ArgumentException($"The name '{tensor.Name}' is used twice or reserved. Give each tensor a name of its own.", nameof(tensors));
            if (CountValues(tensor.Shape) != tensor.Values.Length)
                throw new ArgumentException($"Tensor {tensor} holds {tensor.Values.Length} values. Give it as many as the product of its shape.", nameof(tensors));
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
                throw new ArgumentException($"The name or note '{text}' is no Unicode text: {e.Message} Use whole characters.", nameof(texts), e);
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
            throw new ArgumentException($"Names and notes make a header of {length} bytes; at most {MaxHeaderLength} are read back. Shorten them.", nameof(tensors));
        BinaryPrimitives.WriteInt64LittleEndian(header, length);
        return header;
    }

    private static byte[] ReadHeader(Stream stream, string path)
    {
        if (stream.Length < LengthPrefix)
        {
            throw new WeightsFileException($"'{path}' is {stream.Length} bytes long.",
                "a safetensors file, which starts with the 8 bytes of its header's length.", DamagedRemedy);
        }

        Span<byte> prefix = stackalloc byte[LengthPrefix];
        stream.ReadExactly(prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        ulong limit = (ulong)Math.Min(stream.Length - LengthPrefix, MaxHeaderLength);
        if (length > limit)
        {
            throw new WeightsFileException($"'{path}' announces a header of {length} bytes.",
                $"at most {limit} bytes, for a file of {stream.Length} bytes and headers up to {MaxHeaderLength}.", DamagedRemedy);
        }

        var header = new byte[length];
        stream.ReadExactly(header);
        return header;
    }

    private static List<Entry> ReadEntries(JsonElement root, string path, long dataLength, out IReadOnlyDictionary<string, string> metadata)
    {
        var entries = new List<Entry>();
        var notes = new Dictionary<string, string>(StringComparer.Ordinal);
        metadata = notes;
        if (root.ValueKind != JsonValueKind.Object)
            throw Damaged(path, $"a header that is a JSON {root.ValueKind}", "a JSON object with one entry a tensor");
        foreach (JsonProperty property in root.EnumerateObject())
        {
            if (property.Name != MetadataKey)
            {
                entries.Add(ReadEntry(property, path, dataLength));
                continue;
            }

            if (property.Value.ValueKind != JsonValueKind.Object || property.Value.EnumerateObject().Any(note => note.Value.ValueKind != JsonValueKind.String))
                throw Damaged(path, $"{MetadataKey} that is not text by key", "a JSON object of strings");
            foreach (JsonProperty note in property.Value.EnumerateObject())
                notes.Add(note.Name, note.Value.GetString()!);
        }

        return entries;
    }

    private static Entry ReadEntry(JsonProperty property, string path, long dataLength)
    {
        string name = property.Name;
        if (property.Value.ValueKind != JsonValueKind.Object
            || !property.Value.TryGetProperty("dtype", out JsonElement dtype)
            || !property.Value.TryGetProperty("shape", out JsonElement shape)
            || !property.Value.TryGetProperty("data_offsets", out JsonElement dataOffsets))
            throw Damaged(path, $"an entry '{name}' that is incomplete", "an object with dtype, shape and data_offsets");
        if (dtype.ValueKind != JsonValueKind.String || dtype.GetString() != "F32")
        {
            throw new WeightsFileException($"Tensor '{name}' in '{path}' has dtype {dtype.GetRawText()}.", "F32 (float32).",
                "Convert the weights to float32 and save them again.");
        }

        int[]? sizes = ReadSizes(shape);
        long count = sizes is null ? -1 : CountValues(sizes);
        if (count < 0)
            throw Damaged(path, $"tensor '{name}' with shape {shape.GetRawText()}", $"sizes from 0 on, with a product up to {Array.MaxLength}");

        if (!TryReadOffsets(dataOffsets, out long begin, out long end) || begin > end || end > dataLength)
        {
            throw Damaged(path, $"tensor '{name}' at data_offsets {dataOffsets.GetRawText()}",
                $"[begin, end] with 0 <= begin <= end <= {dataLength}, the bytes of data the file has");
        }

        if (end - begin != count * sizeof(float))
            throw Damaged(path, $"tensor '{name}' of {end - begin} bytes", $"{count * sizeof(float)} bytes, for shape {shape.GetRawText()}");
        return new Entry(name, sizes!, begin, end);
    }

    // Puts the entries in the order of their data, which must follow one another without holes or overlaps to the file's end.
    private static void CheckLayout(List<Entry> entries, string path, long dataLength)
    {
        // Stable: empty tensors share an offset with the tensor that follows and keep the header's order.
        Entry[] ordered = [.. entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End)];
        long position = 0;
        foreach (Entry entry in ordered)
        {
            if (entry.Begin != position)
                throw Damaged(path, $"tensor '{entry.Name}' at byte {entry.Begin} of the data", $"{position}, where the tensor before it ends");
            position = entry.End;
        }

        if (position != dataLength)
            throw Damaged(path, $"{dataLength - position} bytes after the last tensor", "none");
        entries.Clear();
        entries.AddRange(ordered);
    }

    private static int[]? ReadSizes(JsonElement shape)
    {
        if (shape.ValueKind != JsonValueKind.Array)
            return null;
        var sizes = new int[shape.GetArrayLength()];
        int i = 0;
        foreach (JsonElement size in shape.EnumerateArray())
        {
            if (size.ValueKind != JsonValueKind.Number || !size.TryGetInt32(out sizes[i++]))
                return null;
        }

        return sizes;
    }

    private static bool TryReadOffsets(JsonElement offsets, out long begin, out long end)
    {
        begin = end = -1;
        return offsets.ValueKind == JsonValueKind.Array && offsets.GetArrayLength() == 2
            && offsets[0].ValueKind == JsonValueKind.Number && offsets[0].TryGetInt64(out begin) && begin >= 0
            && offsets[1].ValueKind == JsonValueKind.Number && offsets[1].TryGetInt64(out end);
    }

    // The product of the sizes; -1 when one is negative or no array holds so many values.
    private static long CountValues(int[] sizes)
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

    private static float[] LittleEndian(float[] values)
    {
        if (BitConverter.IsLittleEndian)
            return values;
        var swapped = new float[values.Length];
        BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<float, int>(values.AsSpan()), MemoryMarshal.Cast<float, int>(swapped.AsSpan()));
        return swapped;
    }

    private static WeightsFileException Damaged(string path, string found, string expected) =>
        new($"'{path}' has {found}.", $"{expected}.", DamagedRemedy);

    private readonly record struct Entry(string Name, int[] Shape, long Begin, long End);
}
