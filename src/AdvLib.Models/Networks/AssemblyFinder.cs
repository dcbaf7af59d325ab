using System.Reflection;
using System.Runtime.Loader;

namespace AdvLib;

/// <summary>Makes objects of types by name, in assemblies that AdvLib must not reference.</summary>
internal static class AssemblyFinder
{
    /// <summary>Makes one.</summary>
    /// <typeparam name="T">What it is seen as.</typeparam>
    /// <param name="what">What messages call it, for example <c>The engine 'torchsharp'</c>.</param>
    /// <param name="place">Its assembly and its type, which has a constructor without parameters.</param>
    /// <exception cref="EngineUnavailableException">The assembly is not there, or of another AdvLib.</exception>
    public static T Make<T>(string what, (string Assembly, string Type) place)
        where T : class
    {
        try
        {
            return (T)Activator.CreateInstance(Loaded<T>(place) ?? Load(place.Assembly).GetType(place.Type, throwOnError: true)!)!;
        }
        catch (Exception e) when (e is IOException or BadImageFormatException or TypeLoadException or InvalidCastException)
        {
            throw new EngineUnavailableException(
                $"{what} without a usable {place.Assembly}.dll: {e.Message.ReplaceLineEndings("").TrimEnd()}",
                "that assembly beside AdvLib's.",
                $"In the course run dotnet build once in the repository's folder; elsewhere reference {place.Assembly}: its project, "
                + "its package, or in a notebook #r with the path of its dll.", e);
        }
    }

    // A notebook's kernel keeps the engine that its cells use outside of every context that can be asked by name: of the loaded ones, the
    // one that sees this AdvLib. Another kernel of the same process may hold a copy whose types are not ours.
    private static Type? Loaded<T>((string Assembly, string Type) place) => AppDomain.CurrentDomain.GetAssemblies()
        .Where(assembly => assembly.GetName().Name == place.Assembly)
        .Select(assembly => assembly.GetType(place.Type))
        .FirstOrDefault(type => type?.IsAssignableTo(typeof(T)) == true);

    // Else by name, in the context that loaded this assembly; what that does not know stands beside it.
    private static Assembly Load(string name)
    {
        Assembly own = typeof(AssemblyFinder).Assembly;
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
