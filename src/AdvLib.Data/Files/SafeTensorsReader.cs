using System.Buffers.Binary;
using System.Text.Json;

namespace AdvLib;

/// <summary>Reads a safetensors file, and believes of its header only what the file holds.</summary>
/// <param name="stream">The file.</param>
/// <param name="path">Its name, for messages.</param>
internal sealed class SafeTensorsReader(Stream stream, string path)
{
    private const string DamagedRemedy = "The file is damaged or is no safetensors file of weights: save or copy it again.";

    // The format's names of the types that weights come in.
    private static readonly Dictionary<string, string> Types = new()
    {
        ["F16"] = "float16",
        ["BF16"] = "bfloat16",
        ["F32"] = "float32",
        ["F64"] = "float64",
    };

    /// <summary>Reads all tensors, in the order of their data.</summary>
    /// <param name="metadata">Receives the notes kept with them.</param>
    /// <exception cref="WeightsFileException">The file is cut, damaged, or holds anything but floating-point tensors.</exception>
    public NamedTensor[] Read(out IReadOnlyDictionary<string, string> metadata)
    {
        byte[] header = ReadHeader();
        long dataLength = stream.Length - stream.Position;
        List<Entry> entries;
        try
        {
            // Without duplicates: a name that occurs twice would let two readers of one file see two networks.
            using JsonDocument json = JsonDocument.Parse(header, new JsonDocumentOptions { AllowDuplicateProperties = false });
            entries = ReadEntries(json.RootElement, dataLength, out metadata);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new WeightsFileException($"The header of '{path}' cannot be read as JSON: {e.Message}",
                "a JSON object with one entry a tensor, each name once.", DamagedRemedy, e);
        }

        return [.. InOrder(entries, dataLength).Select(ReadTensor)];
    }

    private NamedTensor ReadTensor(Entry entry)
    {
        var bytes = new byte[entry.End - entry.Begin];
        stream.ReadExactly(bytes);
        float[] values = NumberBytes.ToFloats(entry.Type, bytes, bigEndian: false);
        return new NamedTensor(entry.Name, entry.Shape, values) { StoredAs = NumberBytes.Describe(entry.Type, values) };
    }

    private byte[] ReadHeader()
    {
        if (stream.Length < SafeTensors.LengthPrefix)
        {
            throw new WeightsFileException($"'{path}' is {stream.Length} bytes long.",
                "a safetensors file, which starts with the 8 bytes of its header's length.", DamagedRemedy);
        }

        Span<byte> prefix = stackalloc byte[SafeTensors.LengthPrefix];
        stream.ReadExactly(prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        ulong limit = (ulong)Math.Min(stream.Length - SafeTensors.LengthPrefix, SafeTensors.MaxHeaderLength);
        if (length > limit)
        {
            throw new WeightsFileException($"'{path}' announces a header of {length} bytes.",
                $"at most {limit} bytes, for a file of {stream.Length} bytes and headers up to {SafeTensors.MaxHeaderLength}.",
                DamagedRemedy);
        }

        var header = new byte[length];
        stream.ReadExactly(header);
        return header;
    }

    private List<Entry> ReadEntries(JsonElement root, long dataLength, out IReadOnlyDictionary<string, string> metadata)
    {
        var entries = new List<Entry>();
        var notes = new Dictionary<string, string>(StringComparer.Ordinal);
        metadata = notes;
        if (root.ValueKind != JsonValueKind.Object)
            throw Damaged($"a header that is a JSON {root.ValueKind}", "a JSON object with one entry a tensor");
        foreach (JsonProperty property in root.EnumerateObject())
        {
            if (property.Name != SafeTensors.MetadataKey)
            {
                entries.Add(ReadEntry(property, dataLength));
                continue;
            }

            if (property.Value.ValueKind != JsonValueKind.Object
                || property.Value.EnumerateObject().Any(note => note.Value.ValueKind != JsonValueKind.String))
                throw Damaged($"{SafeTensors.MetadataKey} that is not text by key", "a JSON object of strings");
            foreach (JsonProperty note in property.Value.EnumerateObject())
                notes.Add(note.Name, note.Value.GetString()!);
        }

        return entries;
    }

    private Entry ReadEntry(JsonProperty property, long dataLength)
    {
        string name = property.Name;
        if (property.Value.ValueKind != JsonValueKind.Object
            || !property.Value.TryGetProperty("dtype", out JsonElement dtype)
            || !property.Value.TryGetProperty("shape", out JsonElement shape)
            || !property.Value.TryGetProperty("data_offsets", out JsonElement dataOffsets))
            throw Damaged($"an entry '{name}' that is incomplete", "an object with dtype, shape and data_offsets");
        if (dtype.ValueKind != JsonValueKind.String || !Types.TryGetValue(dtype.GetString()!, out string? type))
        {
            throw new WeightsFileException($"Tensor '{name}' in '{path}' has dtype {dtype.GetRawText()}.",
                $"one of {string.Join(", ", Types.Keys)}.", "Convert it to float32, or leave it out, and save the weights again.");
        }

        int[]? sizes = ReadSizes(shape);
        long count = sizes is null ? -1 : SafeTensors.CountValues(sizes);
        if (count < 0)
            throw Damaged($"tensor '{name}' with shape {shape.GetRawText()}", $"sizes from 0 on, with a product up to {Array.MaxLength}");

        if (!TryReadOffsets(dataOffsets, out long begin, out long end) || begin > end || end > dataLength)
        {
            throw Damaged($"tensor '{name}' at data_offsets {dataOffsets.GetRawText()}",
                $"[begin, end] with 0 <= begin <= end <= {dataLength}, the bytes of data the file has");
        }

        long size = count * NumberBytes.Widths[type];
        if (end - begin != size)
            throw Damaged($"tensor '{name}' of {end - begin} bytes", $"{size} bytes, for shape {shape.GetRawText()}");
        return size <= Array.MaxLength ? new Entry(name, type, sizes!, begin, end)
            : throw Damaged($"tensor '{name}' of {size} bytes", $"at most {Array.MaxLength} bytes");
    }

    // In the order of their data, which must follow one another without holes or overlaps to the file's end.
    private Entry[] InOrder(List<Entry> entries, long dataLength)
    {
        // Stable: empty tensors share an offset with the tensor that follows and keep the header's order.
        Entry[] ordered = [.. entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End)];
        long position = 0;
        foreach (Entry entry in ordered)
        {
            if (entry.Begin != position)
                throw Damaged($"tensor '{entry.Name}' at byte {entry.Begin} of the data", $"{position}, where the tensor before it ends");
            position = entry.End;
        }

        return position == dataLength ? ordered : throw Damaged($"{dataLength - position} bytes after the last tensor", "none");
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

    private WeightsFileException Damaged(string found, string expected) => new($"'{path}' has {found}.", $"{expected}.", DamagedRemedy);

    private readonly record struct Entry(string Name, string Type, int[] Shape, long Begin, long End);
}
