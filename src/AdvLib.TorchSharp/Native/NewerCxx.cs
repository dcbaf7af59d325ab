using System.Buffers.Binary;

namespace AdvLib.Native;

/// <summary>
/// The two things of newer C++ libraries that TorchSharp's library asks for without a need. GCC 13's headers leave a reference behind in
/// whatever includes iostream, as a marker that the library must set up its streams by itself: nothing calls it. And GCC 12 gave
/// <c>condition_variable::wait</c> a second version, for threads that are cancelled while they wait, which none of TorchSharp's is; the
/// first one is still there.
/// </summary>
internal static class NewerCxx
{
    /// <summary>The library that has them.</summary>
    public const string Library = "libstdc++.so.6";

    /// <summary>The version that the marker came with.</summary>
    public const string MarkerVersion = "GLIBCXX_3.4.32";

    /// <summary>The marker's name.</summary>
    public const string Marker = "_ZSt21ios_base_library_initv";

    /// <summary>The second version of waiting.</summary>
    public const string WaitVersion = "GLIBCXX_3.4.30";

    /// <summary>The first version of waiting.</summary>
    public const string FirstWaitVersion = "GLIBCXX_3.4.11";

    /// <summary>Waiting's name.</summary>
    public const string Wait = "_ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE";

    private const byte WeakVersion = 2;
    private const byte WeakBinding = 2 << 4;

    /// <summary>
    /// A copy of a library that loads without versions that are missing: the marker is a weak reference, waiting one to its first version,
    /// the missing versions are weak, and nothing else differs.
    /// </summary>
    /// <param name="image">The library.</param>
    /// <param name="elf">What it needs.</param>
    /// <param name="missing">The versions that the system lacks.</param>
    /// <returns>The copy; null when it needs more of those versions than these two symbols, or nothing.</returns>
    /// <exception cref="BadImageFormatException">The library is damaged.</exception>
    public static byte[]? Spare(ReadOnlySpan<byte> image, ElfImage elf, IReadOnlyList<NeededVersion> missing)
    {
        byte[] copy = image.ToArray();
        foreach (NeededVersion version in missing)
        {
            if (version.Library != Library || elf.SymbolsOf(version.Index) is not [{ IsUndefined: true } symbol])
                return null;
            switch (version.Name, symbol.Name)
            {
                case (MarkerVersion, Marker):
                    // The binding is the upper half of the byte, the type the lower.
                    copy[symbol.InfoOffset] = (byte)(WeakBinding | (copy[symbol.InfoOffset] & 15));
                    break;
                case (WaitVersion, Wait)
                    when elf.Needed.FirstOrDefault(need => need is { Library: Library, Name: FirstWaitVersion }) is { Index: > 0 } first:
                    BinaryPrimitives.WriteUInt16LittleEndian(copy.AsSpan(symbol.VersionOffset), (ushort)first.Index);
                    break;
                default:
                    return null;
            }

            copy[version.FlagsOffset] |= WeakVersion;
        }

        return missing.Count > 0 ? copy : null;
    }
}
