using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace AdvLib.Charts;

/// <summary>
/// Finds FSharp.Core for Plotly.NET and XPlot. .NET Interactive's tool brings version 10.0, Plotly.NET asks for
/// 10.1, and the runtime does not take an older one by itself; two at once would split F#'s types, so the one that
/// is there answers. A program without any gets our copy.
/// </summary>
internal static class FSharpCore
{
    private const string Name = "FSharp.Core";

#pragma warning disable CA2255 // before the first type of Plotly.NET is touched
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Bind()
    {
        AppDomain.CurrentDomain.AssemblyResolve += (_, wanted) =>
            new AssemblyName(wanted.Name).Name == Name ? Loaded ?? AssemblyLoadContext.Default.LoadFromAssemblyPath(File) : null;
        HostFormatters.Register();
    }

    private static Assembly? Loaded => AppDomain.CurrentDomain.GetAssemblies().FirstOrDefault(assembly => assembly.GetName().Name == Name);

    private static string File => ((string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "")
        .Split(Path.PathSeparator).FirstOrDefault(path => Path.GetFileNameWithoutExtension(path) == Name)
        ?? Path.Combine(Path.GetDirectoryName(typeof(FSharpCore).Assembly.Location)!, "fsharp", Name + ".dll");
}
