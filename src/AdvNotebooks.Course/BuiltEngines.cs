using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace AdvLib;

/// <summary>
/// Brings in an engine that no notebook imports, because only who asks for it should pay for it: when a network is made on it, it is loaded
/// from where <c>dotnet build</c> left it, with the packages that the build restored. So the knob <c>engine</c> alone is enough.
/// </summary>
internal static class BuiltEngines
{
    private const string Engine = "AdvLib.TorchSharp";
    private const string Setup = "torchsharp.csx";

    // Written by the engine's build beside its assembly: the assemblies of its packages, a path a line.
    private const string PackagesEnding = ".packages";

    /// <summary>Answers, from now on, for what else would not be found.</summary>
#pragma warning disable CA2255 // a notebook makes a network with the first thing that it calls of ours
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Offer()
    {
        // Where AdvLib lives, so that the engine sees the same AdvLib.
        if (AssemblyLoadContext.GetLoadContext(typeof(Network).Assembly) is { } context)
            context.Resolving += Find;
    }

    /// <summary>The file of an assembly of the engine's.</summary>
    /// <param name="assembly">The assembly's simple name.</param>
    /// <param name="root">The repository's folder; null outside of one.</param>
    /// <returns>Its path; null when it is none of those, or not there.</returns>
    internal static string? FileOf(string? assembly, string? root)
    {
        string? engine = Built(root);
        string? file = assembly == Engine
            ? engine
            : Packages(engine).FirstOrDefault(path => Path.GetFileNameWithoutExtension(path) == assembly);
        return File.Exists(file) ? file : null;
    }

    private static Assembly? Find(AssemblyLoadContext context, AssemblyName name) =>
        FileOf(name.Name, Artifacts.RepositoryRoot()) is { } file ? context.LoadFromAssemblyPath(file) : null;

    // The path stands in what a notebook may import by hand: #r "path".
    private static string? Built(string? root)
    {
        string setup = Path.Combine(root ?? "", "notebooks", Setup);
        return root is not null && File.Exists(setup) && File.ReadAllText(setup).Split('"') is [_, var path, ..] ? path : null;
    }

    private static string[] Packages(string? engine) =>
        Path.ChangeExtension(engine, PackagesEnding) is { } list && File.Exists(list) ? File.ReadAllLines(list) : [];
}
