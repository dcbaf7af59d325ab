using System.Buffers.Binary;
using System.Text;

namespace AdvLib.Native;

/// <summary>A version that a shared library needs of another.</summary>
/// <param name="Library">The other library's name, for example <c>libstdc++.so.6</c>.</param>
/// <param name="Name">The version, for example <c>GLIBCXX_3.4.32</c>.</param>
/// <param name="Index">What the library's symbols of that version are marked with.</param>
/// <param name="FlagsOffset">Where its 16 bits of flags lie in the file.</param>
internal readonly record struct NeededVersion(string Library, string Name, int Index, int FlagsOffset)
{
    /// <summary>Version and library.</summary>
    /// <returns>For example <c>GLIBCXX_3.4.32 of libstdc++.so.6</c>.</returns>
    public override string ToString() => $"{Name} of {Library}";
}

/// <summary>A dynamic symbol.</summary>
/// <param name="Name">Its name, mangled.</param>
/// <param name="IsUndefined">Whether another library has it.</param>
/// <param name="InfoOffset">Where its byte of binding and type lies in the file.</param>
/// <param name="VersionOffset">Where the 16 bits of its version's number lie in the file.</param>
internal readonly record struct DynamicSymbol(string Name, bool IsUndefined, int InfoOffset, int VersionOffset);

/// <summary>
/// What a 64-bit little-endian ELF file says about the versions of its dynamic symbols (System V ABI, and Drepper's "ELF symbol
/// versioning"). Every place is checked before it is read: a damaged file gives <see cref="BadImageFormatException"/> and nothing else.
/// </summary>
internal sealed class ElfImage
{
    private const uint DynamicSymbols = 11, Definitions = 0x6ffffffd, Needs = 0x6ffffffe, SymbolVersions = 0x6fffffff;
    private const int SectionHeader = 64, Symbol = 24;

    private readonly ReadOnlyMemory<byte> _image;

    /// <summary>Reads the versions a file needs and defines.</summary>
    /// <param name="image">The file, for x86-64.</param>
    /// <exception cref="BadImageFormatException">It is something else, or damaged.</exception>
    public ElfImage(ReadOnlyMemory<byte> image)
    {
        _image = image;
        // Magic, 64 bits, little-endian; the machine is x86-64.
        if (!image.Span.StartsWith("\u007fELF\u0002\u0001"u8) || U16(18) != 62)
            throw new BadImageFormatException("Not an ELF file for x86-64.");
        Needed = ReadNeeds();
        Defined = ReadDefinitions();
    }

    /// <summary>The versions it needs of other libraries.</summary>
    public IReadOnlyList<NeededVersion> Needed { get; }

    /// <summary>The versions it has itself.</summary>
    public IReadOnlyCollection<string> Defined { get; }

    /// <summary>The dynamic symbols of one version.</summary>
    /// <param name="index">The version's number in this file.</param>
    /// <returns>The symbols.</returns>
    /// <exception cref="BadImageFormatException">The file is damaged.</exception>
    public IReadOnlyList<DynamicSymbol> SymbolsOf(int index)
    {
        var found = new List<DynamicSymbol>();
        if (Find(DynamicSymbols) is not { } symbols || Find(SymbolVersions) is not { } versions)
            return found;
        int names = SectionAt(symbols.Link).Offset;
        for (int i = 0; i < symbols.Size / Symbol; i++)
        {
            // The highest bit hides a symbol; it is not part of the number.
            int version = Sum(versions.Offset, 2L * i);
            if ((U16(version) & 0x7fff) != index)
                continue;
            int at = Sum(symbols.Offset, (long)Symbol * i);
            found.Add(new DynamicSymbol(Text(Sum(names, U32(at))), U16(Sum(at, 6)) == 0, Sum(at, 4), version));
        }

        return found;
    }

    private List<NeededVersion> ReadNeeds()
    {
        var needed = new List<NeededVersion>();
        if (Find(Needs) is not { } section)
            return needed;
        int strings = SectionAt(section.Link).Offset;
        foreach (int need in Chain(section, section.Offset, nextField: 12, int.MaxValue))
        {
            string library = Text(Sum(strings, U32(Sum(need, 4))));
            foreach (int part in Chain(section, Sum(need, U32(Sum(need, 8))), nextField: 12, U16(Sum(need, 2))))
            {
                needed.Add(new NeededVersion(library, Text(Sum(strings, U32(Sum(part, 8)))), U16(Sum(part, 6)), Sum(part, 4)));
                // Chains of a damaged file may run into each other.
                if (needed.Count > section.Size / 16)
                    throw new BadImageFormatException("More versions than their section has room for.");
            }
        }

        return needed;
    }

    private HashSet<string> ReadDefinitions()
    {
        var defined = new HashSet<string>(StringComparer.Ordinal);
        if (Find(Definitions) is not { } section)
            return defined;
        int strings = SectionAt(section.Link).Offset;
        // The first name of a definition is its own; others are versions that it follows.
        foreach (int definition in Chain(section, section.Offset, nextField: 16, int.MaxValue))
            defined.Add(Text(Sum(strings, U32(Sum(definition, U32(Sum(definition, 12)))))));
        return defined;
    }

    // Entries of which each says how far the next one is; forwards and inside the section only, so that a damaged chain ends.
    private IEnumerable<int> Chain(Section section, int first, int nextField, int most)
    {
        long end = (long)section.Offset + section.Size;
        for (int at = first; most > 0; most--)
        {
            if (at < section.Offset || at + 16L > end)
                throw new BadImageFormatException("A version lies outside its section.");
            yield return at;
            uint step = U32(Sum(at, nextField));
            if (step == 0)
                yield break;
            if (step < 16)
                throw new BadImageFormatException("Two versions overlap.");
            at = Sum(at, step);
        }
    }

    private Section? Find(uint type)
    {
        int count = U16(60);
        for (int i = 0; i < count; i++)
        {
            if (U32(Sum(HeaderAt(i), 4)) == type)
                return SectionAt((uint)i);
        }

        return null;
    }

    private int HeaderAt(long index)
    {
        if (U16(58) != SectionHeader || index >= U16(60))
            throw new BadImageFormatException("A section that is not there.");
        return Sum(Place(40), index * SectionHeader);
    }

    private Section SectionAt(uint index)
    {
        int header = HeaderAt(index);
        var section = new Section(Place(Sum(header, 24)), Place(Sum(header, 32)), U32(Sum(header, 40)));
        _ = Slice(section.Offset, section.Size);
        return section;
    }

    // An offset or a size: what does not fit the file cannot be one.
    private int Place(int at)
    {
        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(Slice(at, 8));
        return value <= (ulong)_image.Length ? (int)value : throw new BadImageFormatException("A place outside the file.");
    }

    private int U16(int at) => BinaryPrimitives.ReadUInt16LittleEndian(Slice(at, 2));

    private uint U32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(Slice(at, 4));

    private string Text(int at)
    {
        ReadOnlySpan<byte> rest = _image.Span[at..];
        int length = rest.IndexOf((byte)0);
        return length >= 0 ? Encoding.ASCII.GetString(rest[..length]) : throw new BadImageFormatException("A name without an end.");
    }

    private int Sum(int at, long more)
    {
        long sum = at + more;
        return sum <= _image.Length ? (int)sum : throw new BadImageFormatException("A place outside the file.");
    }

    private ReadOnlySpan<byte> Slice(int at, int length) =>
        at <= _image.Length - length ? _image.Span.Slice(at, length)
            : throw new BadImageFormatException("A part that reaches beyond the file.");

    private readonly record struct Section(int Offset, int Size, uint Link);
}
