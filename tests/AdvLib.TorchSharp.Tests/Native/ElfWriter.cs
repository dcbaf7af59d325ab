using System.Buffers.Binary;
using System.Text;

namespace AdvLib.TorchSharp.Tests.Native;

/// <summary>Writes ELF files that hold nothing but the tables of versions and symbols.</summary>
internal sealed class ElfWriter
{
    private const int Header = 64;
    private readonly StringBuilder _strings = new("\0");
    private readonly List<(string Library, string[] Versions)> _needs = [];
    private readonly List<string> _defines = [];
    private readonly List<(string Name, int Version, bool Undefined)> _symbols = [];

    /// <summary>Versions needed of a library; their numbers go on from 2 in the order of the calls.</summary>
    public ElfWriter Need(string library, params string[] versions)
    {
        _needs.Add((library, versions));
        return this;
    }

    public ElfWriter Define(params string[] versions)
    {
        _defines.AddRange(versions);
        return this;
    }

    public ElfWriter Symbol(string name, int version, bool undefined = true)
    {
        _symbols.Add((name, version, undefined));
        return this;
    }

    public byte[] ToArray()
    {
        byte[] needs = Needs(), defines = Defines(), symbols = Symbols();
        byte[] versions = [.. _symbols.SelectMany(symbol => BitConverter.GetBytes((ushort)symbol.Version))];
        byte[] strings = Encoding.ASCII.GetBytes(_strings.ToString());
        // Each with its type, content and the section of its names.
        (uint Type, byte[] Content)[] sections = [(0, []), (3, strings), (11, symbols), (0x6fffffff, versions), (0x6ffffffe, needs),
            (0x6ffffffd, defines)];
        var file = new byte[Header + sections.Sum(section => section.Content.Length) + Header * sections.Length];
        "\u007fELF\u0002\u0001"u8.CopyTo(file);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(18), 62);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(40), (ulong)(file.Length - Header * sections.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(58), Header);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(60), (ushort)sections.Length);
        int at = Header, header = file.Length - Header * sections.Length;
        foreach ((uint type, byte[] content) in sections)
        {
            content.CopyTo(file, at);
            BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(header + 4), content.Length > 0 ? type : 0);
            BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(header + 24), (ulong)at);
            BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(header + 32), (ulong)content.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(header + 40), 1);
            at += content.Length;
            header += Header;
        }

        return file;
    }

    private byte[] Needs()
    {
        var bytes = new List<byte>();
        int number = 2;
        for (int i = 0; i < _needs.Count; i++)
        {
            (string library, string[] versions) = _needs[i];
            bytes.AddRange(Words((1, 2), (versions.Length, 2), (Text(library), 4), (16, 4),
                (i + 1 < _needs.Count ? 16 + 16 * versions.Length : 0, 4)));
            for (int v = 0; v < versions.Length; v++)
                bytes.AddRange(Words((0, 4), (0, 2), (number++, 2), (Text(versions[v]), 4), (v + 1 < versions.Length ? 16 : 0, 4)));
        }

        return [.. bytes];
    }

    private byte[] Defines() => [.. _defines.SelectMany((version, i) => Words(
        (1, 2), (0, 2), (i + 2, 2), (1, 2), (0, 4), (20, 4), (i + 1 < _defines.Count ? 28 : 0, 4), (Text(version), 4), (0, 4)))];

    // Global functions; an undefined one has section 0.
    private byte[] Symbols() => [.. _symbols.SelectMany(symbol =>
        Words((Text(symbol.Name), 4), (0x12, 1), (0, 1), (symbol.Undefined ? 0 : 1, 2), (0, 8), (0, 8)))];

    private int Text(string text)
    {
        int at = _strings.Length;
        _strings.Append(text).Append('\0');
        return at;
    }

    private static IEnumerable<byte> Words(params (long Value, int Bytes)[] words) =>
        words.SelectMany(word => BitConverter.GetBytes(word.Value).Take(word.Bytes));
}
