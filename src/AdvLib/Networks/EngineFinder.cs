using System.Reflection;
using System.Runtime.Loader;

namespace AdvLib;

/// <summary>Finds engines by name, in assemblies that AdvLib must not reference.</summary>
internal static class EngineFinder
{
    /// <summary>The engine of AdvLib.Engine.</summary>
    public const string BuiltIn = "built-in";

    private static readonly Dictionary<string, (string Assembly, string Type)> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        [BuiltIn] = ("AdvLib.Engine", "AdvLib.BuiltInEngine"),
        ["torchsharp"] = ("AdvLib.TorchSharp", "AdvLib.TorchSharpEngine"),
    };

    /// <summary>The engine of a name.</summary>
    /// <exception cref="EngineUnavailableException">It is unknown, or its assembly is not there.</exception>
    public static INetworkEngine Find(string engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        if (!Known.TryGetValue(engine, out (string Assembly, string Type) place))
        {
            throw new EngineUnavailableException(
                $"An engine '{engine}'.", $"{string.Join(" or ", Known.Keys.Select(name => $"'{name}'"))}.", "Name one of them.");
        }

        try
        {
            Type type = Load(place.Assembly).GetType(place.Type, throwOnError: true)!;
            return (INetworkEngine)Activator.CreateInstance(type)!;
        }
        catch (Exception e) when (e is IOException or BadImageFormatException or TypeLoadException or InvalidCastException)
        {
            throw new EngineUnavailableException(
                $"The engine '{engine}' without a usable {place.Assembly}.dll: {e.Message}", "that assembly beside AdvLib's.",
                $"Reference {place.Assembly}: its project, its package, or in a notebook #r with the path of its dll.", e);
        }
    }

    // By name, in the context that loaded this assembly: there a notebook's kernel answers with the one its cells use. A second copy from the
    // same file would have types of its own. What no context knows stands beside this assembly.
    private static Assembly Load(string name)
    {
        Assembly own = typeof(EngineFinder).Assembly;
        AssemblyLoadContext context = AssemblyLoadContext.GetLoadContext(own) ?? AssemblyLoadContext.Default;
        string beside = Path.Combine(Path.GetDirectoryName(own.Location) ?? "", $"{name}.dll");
        try
        {
            return context.LoadFromAssemblyName(new AssemblyName(name));
        }
        catch (FileNotFoundException) when (File.Exists(beside))
        {
            return context.LoadFromAssemblyPath(beside);
        }
    }
}
