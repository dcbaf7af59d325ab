using System.Reflection;
using System.Runtime.Loader;

namespace AdvLib;

/// <summary>Finds engines by name, in assemblies that AdvLib must not reference.</summary>
internal static class EngineFinder
{
    private static readonly Dictionary<string, (string Assembly, string Type)> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        [Network.BuiltInEngine] = ("AdvLib.Engine", "AdvLib.BuiltInEngine"),
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
            return (INetworkEngine)Activator.CreateInstance(
                Loaded(place) ?? Load(place.Assembly).GetType(place.Type, throwOnError: true)!)!;
        }
        catch (Exception e) when (e is IOException or BadImageFormatException or TypeLoadException or InvalidCastException)
        {
            throw new EngineUnavailableException(
                $"The engine '{engine}' without a usable {place.Assembly}.dll: {e.Message}", "that assembly beside AdvLib's.",
                $"In the course run dotnet build once in the repository's folder; elsewhere reference {place.Assembly}: its project, "
                + "its package, or in a notebook #r with the path of its dll.", e);
        }
    }

    // A notebook's kernel keeps the engine that its cells use outside of every context that can be asked by name: of the loaded ones, the
    // one that sees this AdvLib. Another kernel of the same process may hold a copy whose types are not ours.
    private static Type? Loaded((string Assembly, string Type) place) => AppDomain.CurrentDomain.GetAssemblies()
        .Where(assembly => assembly.GetName().Name == place.Assembly)
        .Select(assembly => assembly.GetType(place.Type))
        .FirstOrDefault(type => type?.IsAssignableTo(typeof(INetworkEngine)) == true);

    // Else by name, in the context that loaded this assembly; what that does not know stands beside it.
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
