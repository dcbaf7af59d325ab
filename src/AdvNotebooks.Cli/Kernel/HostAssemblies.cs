using System.Reflection;
using Microsoft.CodeAnalysis;

namespace AdvNotebooks.Cli.Kernel;

/// <summary>The assemblies every cell can use without asking: the framework's, and those this process shares with the notebook.</summary>
internal static class HostAssemblies
{
    private static readonly Dictionary<string, string> Own =
        ((string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(path => KeyValuePair.Create(Path.GetFileNameWithoutExtension(path), path))
        .DistinctBy(entry => entry.Key, StringComparer.OrdinalIgnoreCase) // the host lists System.Private.CoreLib twice
        .ToDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly Dictionary<string, string> Framework = Own.Where(entry => BelongsToFramework(entry.Key))
        .ToDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The process's own assemblies that notebooks use too.</summary>
    public static IReadOnlyList<Assembly> Shared { get; } =
        [.. CourseAssemblies, typeof(NotebookFunctions).Assembly, typeof(Microsoft.DotNet.Interactive.Formatting.Formatter).Assembly];

    // What setup.csx names; the other rooms come when a notebook asks for them.
    private static IEnumerable<Assembly> CourseAssemblies =>
        ((string[])["AdvLib.Data", "AdvLib.Display", "AdvLib.Models", "AdvLib", "AdvLib.Engine", "AdvLib.Robustness",
            "AdvNotebooks.Course"]).Select(Assembly.Load);

    /// <summary>
    /// References to compile every cell with. Each session needs its own: the compiler shares what it read of a reference among all
    /// compilations, so of two sessions that start at once a later cell could see the other's types, alike and yet not the same.
    /// </summary>
    /// <returns>The references.</returns>
    public static IReadOnlyList<MetadataReference> CreateReferences() =>
        [.. Framework.Values.Order(StringComparer.Ordinal)
            .Concat(Shared.Select(assembly => assembly.Location)).Select(path => MetadataReference.CreateFromFile(path))];

    /// <summary>Whether an assembly is one of the framework's.</summary>
    /// <param name="name">Simple name, with or without <c>.dll</c>.</param>
    /// <returns>True when cells are compiled with it.</returns>
    public static bool IsFramework(string name)
        => Framework.ContainsKey(name.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? name[..^4] : name);

    /// <summary>Whether an assembly is there already, so that a notebook's reference to its file adds nothing.</summary>
    /// <param name="path">The assembly's file.</param>
    /// <returns>True when cells are compiled with this process's copy.</returns>
    public static bool Provides(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        return IsFramework(name)
            || Shared.Any(assembly => string.Equals(assembly.GetName().Name, name, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The library's room that a notebook asks for by its file, of those this process has and setup.csx does not name.</summary>
    /// <param name="path">The assembly's file.</param>
    /// <returns>This process's own; null for anything else.</returns>
    public static Assembly? Room(string path) =>
        Path.GetFileNameWithoutExtension(path) is var name && name.StartsWith("AdvLib.", StringComparison.Ordinal) && Own.ContainsKey(name)
            ? Assembly.Load(name)
            : null;

    /// <summary>Whether this process has an assembly of its own of that name, which would be used in place of any other.</summary>
    /// <param name="path">The assembly's file.</param>
    /// <returns>True for the framework's, the program's and what both build on.</returns>
    public static bool Has(string path) => Own.ContainsKey(Path.GetFileNameWithoutExtension(path));

    private static bool BelongsToFramework(string name)
        => name is "mscorlib" or "netstandard" or "Microsoft.CSharp" or "Microsoft.AspNetCore.Html.Abstractions"
            || (name.StartsWith("System", StringComparison.Ordinal) && name != "System.CommandLine");
}
