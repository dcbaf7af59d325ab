using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace AdvLib;

/// <summary>
/// Brings in an engine, or a format of model files, that nobody imports, because only who asks for it should pay for it: when it is asked
/// for, it is loaded from where <c>dotnet build</c> left it, with the packages that the build restored. So the knob <c>engine</c> alone is
/// enough, and so is the ending of a model's file.
/// </summary>
internal static class BuiltRooms
{
    // Written by the build beside each assembly: the files of its packages, a path a line.
    private const string PackagesEnding = ".packages";

    // Each with the import that its build writes.
    private static readonly (string Assembly, string Setup)[] Known =
        [("AdvLib.TorchSharp", "torchsharp.csx"), ("AdvLib.Onnx", "onnx.csx")];

    /// <summary>Answers, from now on, for what else would not be found.</summary>
#pragma warning disable CA2255 // a notebook makes a network with the first thing that it calls of ours
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Offer()
    {
        // Where AdvLib lives, so that the engine sees the same AdvLib.
        if (AssemblyLoadContext.GetLoadContext(typeof(Network).Assembly) is not { } context)
            return;
        context.Resolving += Find;
        context.ResolvingUnmanagedDll += FindNative;
    }

    /// <summary>The file of an assembly, an engine's or of its packages.</summary>
    /// <param name="assembly">The assembly's simple name.</param>
    /// <param name="root">The repository's folder; null outside of one.</param>
    /// <returns>Its path; null when it is none of those, or not there.</returns>
    internal static string? FileOf(string? assembly, string? root)
    {
        foreach ((string engine, string setup) in Known)
        {
            string? built = Built(root, setup);
            string? file = assembly == engine
                ? built
                : Packages(built).FirstOrDefault(path => Path.GetFileName(path) == $"{assembly}.dll" && !IsNative(path));
            if (File.Exists(file))
                return file;
        }

        return null;
    }

    /// <summary>The file of a native library of the packages, for this machine.</summary>
    /// <param name="library">The library's name, as the package's assembly asks for it.</param>
    /// <param name="root">The repository's folder; null outside of one.</param>
    /// <returns>Its path; null when there is none.</returns>
    internal static string? NativeFileOf(string library, string? root)
    {
        string[] names = [library, $"lib{library}.so", $"lib{library}.dylib", $"{library}.dll"];
        string runtime = $"/runtimes/{RuntimeInformation.RuntimeIdentifier}/native/";
        return Known.SelectMany(known => Packages(Built(root, known.Setup))).FirstOrDefault(path =>
            path.Replace('\\', '/').Contains(runtime, StringComparison.Ordinal) && names.Contains(Path.GetFileName(path))
            && File.Exists(path));
    }

    private static Assembly? Find(AssemblyLoadContext context, AssemblyName name) =>
        FileOf(name.Name, Artifacts.RepositoryRoot()) is { } file ? context.LoadFromAssemblyPath(file) : null;

    private static nint FindNative(Assembly assembly, string library) =>
        NativeFileOf(library, Artifacts.RepositoryRoot()) is { } file && NativeLibrary.TryLoad(file, out nint handle) ? handle : 0;

    private static bool IsNative(string path) => path.Replace('\\', '/').Contains("/native/", StringComparison.Ordinal);

    // The path stands in what a notebook may import by hand: #r "path".
    private static string? Built(string? root, string setup)
    {
        string import = Path.Combine(root ?? "", "notebooks", setup);
        return root is not null && File.Exists(import) && File.ReadAllText(import).Split('"') is [_, var path, ..] ? path : null;
    }

    private static string[] Packages(string? engine) =>
        Path.ChangeExtension(engine, PackagesEnding) is { } list && File.Exists(list) ? File.ReadAllLines(list) : [];
}
