using System.Text;

namespace AdvLib;

/// <summary>
/// Writes ONNX files (https://github.com/onnx/onnx, onnx.proto3) without a library of theirs: a message is a list of numbered fields, each
/// a number, four bytes, or a length and bytes.
/// </summary>
internal sealed class OnnxWriter
{
    /// <summary>Types of a value, as the format numbers them.</summary>
    public const int Float = 1, Int64 = 7;

    private readonly List<byte[]> _nodes = [];
    private readonly List<byte[]> _weights = [];
    private readonly List<byte[]> _inputs = [];
    private readonly List<byte[]> _outputs = [];

    /// <summary>An input; a size of 0 is left open.</summary>
    public OnnxWriter Input(string name, int type, params long[] sizes)
    {
        _inputs.Add(Value(name, type, sizes));
        return this;
    }

    /// <summary>An output; a size of 0 is left open.</summary>
    public OnnxWriter Output(string name, int type, params long[] sizes)
    {
        _outputs.Add(Value(name, type, sizes));
        return this;
    }

    /// <summary>A constant of float32.</summary>
    public OnnxWriter Weight(string name, long[] sizes, float[] values)
    {
        var raw = new byte[values.Length * 4];
        Buffer.BlockCopy(values, 0, raw, 0, raw.Length);
        _weights.Add([.. sizes.SelectMany(size => Number(1, size)), .. Number(2, Float), .. Bytes(8, Encoding.UTF8.GetBytes(name)),
            .. Bytes(9, raw)]);
        return this;
    }

    /// <summary>A computation; attributes are a float, a whole number, or several.</summary>
    public OnnxWriter Node(string kind, string[] inputs, string output, params (string Name, object Value)[] attributes)
    {
        _nodes.Add([.. inputs.SelectMany(input => Text(1, input)), .. Text(2, output), .. Text(4, kind),
            .. attributes.SelectMany(attribute => Bytes(5, Attribute(attribute.Name, attribute.Value)))]);
        return this;
    }

    /// <summary>The file: format 8, operators 13, which PyTorch's exporter writes too.</summary>
    public byte[] ToArray()
    {
        byte[] graph = [.. _nodes.SelectMany(node => Bytes(1, node)), .. Text(2, "network"),
            .. _weights.SelectMany(weight => Bytes(5, weight)),
            .. _inputs.SelectMany(input => Bytes(11, input)), .. _outputs.SelectMany(output => Bytes(12, output))];
        return [.. Number(1, 8), .. Bytes(7, graph), .. Bytes(8, [.. Text(1, ""), .. Number(2, 13)])];
    }

    private static byte[] Attribute(string name, object value) => value switch
    {
        float real => [.. Text(1, name), 2 << 3 | 5, .. BitConverter.GetBytes(real), .. Number(20, 1)],
        long whole => [.. Text(1, name), .. Number(3, whole), .. Number(20, 2)],
        long[] several => [.. Text(1, name), .. several.SelectMany(one => Number(8, one)), .. Number(20, 7)],
        _ => throw new ArgumentException($"{value}"),
    };

    private static byte[] Value(string name, int type, long[] sizes)
    {
        byte[] shape = [.. sizes.SelectMany(size => Bytes(1, size > 0 ? Number(1, size) : Text(2, "n")))];
        return [.. Text(1, name), .. Bytes(2, Bytes(1, [.. Number(1, type), .. Bytes(2, shape)]))];
    }

    private static byte[] Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    private static byte[] Bytes(int field, byte[] content) =>
        [.. Varint((ulong)field << 3 | 2), .. Varint((ulong)content.Length), .. content];

    private static byte[] Number(int field, long value) => [.. Varint((ulong)field << 3), .. Varint((ulong)value)];

    private static IEnumerable<byte> Varint(ulong value)
    {
        for (; value >= 128; value >>= 7)
            yield return (byte)(value | 128);
        yield return (byte)value;
    }
}
