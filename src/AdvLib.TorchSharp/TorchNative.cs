using System.Reflection;
using System.Runtime.InteropServices;
using AdvLib.Native;

namespace AdvLib;

/// <summary>
/// Loads TorchSharp's native libraries where TorchSharp itself fails: beside another libtorch that the system has, and on Linux x64 where
/// the C++ library is older than GCC 13's (Debian 12, Ubuntu 22.04, RHEL 9); and sees to it that gradients are right.
/// </summary>
/// <remarks>
/// libtorch is loaded by its full path, because by name the system's own would come first. TorchSharp's library is loaded as it is where
/// that works. Where all that the system lacks is a marker of GCC 13's C++ library that nothing calls, and GCC 12's second version of a
/// function whose first one does, a copy is loaded that asks for neither; it lies in the user's cache under the hash of its content,
/// which is checked before each use.
/// </remarks>
public static unsafe class TorchNative
{
    private const string TorchName = "libtorch_cpu.so";

    private static readonly Lock Gate = new();
    private static string? _done;

    /// <summary>
    /// Makes TorchSharp usable in this process. Everything of AdvLib that needs libtorch calls it; a program that uses TorchSharp before,
    /// to build a module of its own, calls it first. The second call does nothing.
    /// </summary>
    /// <returns>What was done, in one line.</returns>
    /// <exception cref="TorchUnavailableException">libtorch does not load on this machine.</exception>
    public static string Prepare()
    {
        lock (Gate)
            return _done ??= Load(typeof(TorchSharp.torch).Assembly);
    }

    /// <summary>Which TorchSharp, for tables.</summary>
    internal static string Version { get; } = $"TorchSharp {typeof(TorchSharp.torch).Assembly.GetName().Version?.ToString(3)}";

    private static string Load(Assembly torchSharp)
    {
        TorchFiles? files = OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64
            ? TorchFiles.Find(torchSharp) : null;
        bool patched = files is not null && Load(torchSharp, files);
        try
        {
            TorchSharp.torch.InitializeDeviceType(TorchSharp.DeviceType.CPU);
        }
        catch (Exception exception) when (exception is TypeInitializationException or NotSupportedException
            or DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            throw new TorchUnavailableException(
                $"The native libraries of {Version} do not load.",
                "those of its package TorchSharp-cpu, for x64 Linux, x64 Windows or arm64 macOS.",
                "Reference that package, see the inner exception, or use AdvLib's built-in engine, which needs no native library.",
                exception);
        }

        if (files is not null)
            Nnpack.SilenceWhereMissing(files.TorchFolder);
        string used = patched
            ? $"{Version} is used through a copy of its library in this user's cache, which does without what it asks of a newer C++ "
                + "library than this system's and never needs."
            : $"{Version} is used as it is.";
        return RightGradients(files) ? used
            : $"{used} Its oneDNN is switched off: on this processor it gives wrong gradients of convolutions.";
    }

    // Whether they are as they come; else oneDNN is switched off for them.
    private static bool RightGradients(TorchFiles? files)
    {
        if (OneDnn.IsRight())
            return true;
        if (files is not null && OneDnn.SwitchOff(Path.Combine(files.TorchFolder, TorchName)) && OneDnn.IsRight())
            return false;
        throw new TorchUnavailableException(
            $"{Version}, whose oneDNN gives wrong gradients of convolutions on this processor.",
            "those that double precision gives, to a thousandth.",
            "Set the environment variable ONEDNN_MAX_CPU_ISA to AVX before the program starts, or use AdvLib's built-in engine.");
    }

    private static bool Load(Assembly torchSharp, TorchFiles files)
    {
        RequireNoOther(Path.Combine(files.TorchFolder, TorchName));
        nint torch = 0;
        foreach (string name in (string[])["libc10.so", TorchName, "libtorch.so"])
        {
            if (!NativeLibrary.TryLoad(Path.Combine(files.TorchFolder, name), out torch))
                throw Unavailable(name, [], MappedLibraries.Find, null);
        }

        bool patched = !NativeLibrary.TryLoad(files.Binding, out nint binding);
        if (patched)
            binding = LoadCopy(files.Binding);

        try
        {
            // TorchSharp's imports and its own loader ask by name and assembly; answered, it searches nothing and copies nothing.
            NativeLibrary.SetDllImportResolver(torchSharp, (name, _, _) => name switch
            {
                "LibTorchSharp" => binding,
                "torch_cpu" => torch,
                _ => 0,
            });
        }
        catch (InvalidOperationException)
        {
            // The program, or another kernel's copy of this assembly, answers already: whether that works is what the caller asks next.
        }

        return patched;
    }

    /// <summary>Refuses a second libtorch: loading it would end the process.</summary>
    /// <param name="library">The file of libtorch that is to be loaded.</param>
    /// <exception cref="TorchUnavailableException">Another one is loaded.</exception>
    internal static void RequireNoOther(string library)
    {
        if (MappedLibraries.Other(library) is { } other)
        {
            throw new TorchUnavailableException(
                $"This process has loaded {other}, and is to load {library}.", "one libtorch a process.",
                "Take both from one packages folder (NUGET_PACKAGES names it), or restart the kernel.");
        }
    }

    private static nint LoadCopy(string file)
    {
        try
        {
            byte[] copy = Mend(Path.GetFileName(file), File.ReadAllBytes(file), MappedLibraries.Find);
            string path = LibraryCache.OfUser().Install(Path.GetFileName(file), copy);
            InitializeStreams();
            return NativeLibrary.Load(path);
        }
        catch (Exception exception) when (
            exception is IOException or UnauthorizedAccessException or DllNotFoundException or BadImageFormatException)
        {
            throw Unavailable(Path.GetFileName(file), [], MappedLibraries.Find, exception);
        }
    }

    /// <summary>TorchSharp's library for a system that lacks nothing but what it never needs.</summary>
    /// <param name="name">Its file name.</param>
    /// <param name="image">Its content.</param>
    /// <param name="loaded">Gives a library that this process has loaded.</param>
    /// <returns>The library without the need.</returns>
    /// <exception cref="TorchUnavailableException">More is missing.</exception>
    /// <exception cref="BadImageFormatException">The library is damaged.</exception>
    internal static byte[] Mend(string name, byte[] image, Func<string, ElfImage?> loaded)
    {
        var elf = new ElfImage(image);
        IReadOnlyList<NeededVersion> missing = MappedLibraries.Missing(elf, loaded);
        return NewerCxx.Spare(image, elf, missing) ?? throw Unavailable(name, missing, loaded, null);
    }

    // What the marker stands for: an older C++ library sets up std::cout for each object file that asks for it. Asking once more does no
    // harm.
    private static void InitializeStreams()
    {
        if (NativeLibrary.TryLoad(NewerCxx.Library, out nint library)
            && NativeLibrary.TryGetExport(library, "_ZNSt8ios_base4InitC1Ev", out nint constructor))
            ((delegate* unmanaged<void*, void>)constructor)(NativeMemory.AllocZeroed(16));
    }

    private static TorchUnavailableException Unavailable(string library, IReadOnlyList<NeededVersion> missing, Func<string,
        ElfImage?> loaded, Exception? inner)
    {
        string newest = loaded(NewerCxx.Library)?.Defined.Where(name => name.StartsWith("GLIBCXX_", StringComparison.Ordinal))
            .MaxBy(name => System.Version.TryParse(name["GLIBCXX_".Length..], out Version? version) ? version : new Version()) ?? "none";
        return new TorchUnavailableException(
            missing.Count > 0
                ? $"{library} needs {string.Join(" and ", missing)}, which this system lacks; its C++ library ends at {newest}."
                : $"{library} does not load on this system, whose C++ library ends at {newest}.",
            "the C++ library of GCC 11 (GLIBCXX_3.4.29) or newer, and glibc 2.34 or newer.",
            "Use a newer system, put a newer libstdc++.so.6 into a folder of LD_LIBRARY_PATH, "
            + "or use AdvLib's built-in engine, which needs no native library.", inner);
    }
}
