namespace AdvLib.Native;

/// <summary>
/// The one thing of GCC 13's C++ library that TorchSharp's library asks for without a need: GCC 13's headers leave a reference to it
/// behind in whatever includes iostream, as a marker that the library must set up its streams by itself. Nothing calls it.
/// </summary>
internal static class CxxMarker
{
    /// <summary>The library that has it.</summary>
    public const string Library = "libstdc++.so.6";

    /// <summary>The version it came with.</summary>
    public const string Version = "GLIBCXX_3.4.32";

    /// <summary>Its name.</summary>
    public const string Symbol = "_ZSt21ios_base_library_initv";

    private const byte WeakVersion = 2;
    private const byte WeakBinding = 2 << 4;

    /// <summary>
    /// A copy of a library that loads without the marker: the version and the symbol are weak references, and nothing else differs.
    /// </summary>
    /// <param name="image">The library.</param>
    /// <param name="elf">What it needs.</param>
    /// <returns>The copy; null when it needs more of that version than the marker, or nothing.</returns>
    /// <exception cref="BadImageFormatException">The library is damaged.</exception>
    public static byte[]? Weaken(ReadOnlySpan<byte> image, ElfImage elf)
    {
        NeededVersion[] versions = [.. elf.Needed.Where(need => need is { Library: Library, Name: Version })];
        if (versions is not [var version] || elf.SymbolsOf(version.Index) is not [{ Name: Symbol, IsUndefined: true } symbol])
            return null;
        byte[] copy = image.ToArray();
        copy[version.FlagsOffset] |= WeakVersion;
        // The binding is the upper half of the byte, the type the lower.
        copy[symbol.InfoOffset] = (byte)(WeakBinding | (copy[symbol.InfoOffset] & 15));
        return copy;
    }
}
