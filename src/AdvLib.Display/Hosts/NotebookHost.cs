using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace AdvLib;

/// <summary>
/// The notebook host around this library, if there is one. The library references none: ClrKernel's is found by reflection, and where
/// .NET Interactive runs, <c>AdvLib.Interactive.dll</c> is loaded from beside this assembly. Elsewhere nothing of that is touched.
/// </summary>
public static class NotebookHost
{
    private const string Interactive = "Microsoft.DotNet.Interactive";
    private const string Binding = "AdvLib.Interactive";

    /// <summary>The host; null where there is none.</summary>
    public static INotebookHost? Current { get; private set; }

    /// <summary>Makes a host the one that long computations show themselves in, and that stops them.</summary>
    /// <param name="host">The host; null for none.</param>
    public static void Bind(INotebookHost? host)
    {
        host?.Attach();
        Current = host;
    }

    /// <summary>A type of a host that runs in this process; null where that host does not.</summary>
    internal static Type? Find(string assembly, string type) => AppDomain.CurrentDomain.GetAssemblies()
        .Where(loaded => loaded.GetName().Name == assembly)
        .Select(loaded => loaded.GetType(type)).FirstOrDefault(found => found is not null);

    /// <summary>Looks for a host when the library is loaded.</summary>
#pragma warning disable CA2255 // a notebook calls nothing before its first cell ends with a visual
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Discover()
    {
        if (ClrKernelHost.Find() is { } clrKernel)
            Bind(clrKernel);
        else if (Find(Interactive, Interactive + ".IKernelExtension") is not null)
            LoadBinding(Path.Combine(Path.GetDirectoryName(typeof(NotebookHost).Assembly.Location) ?? "", Binding + ".dll"));
    }

    private static void LoadBinding(string path)
    {
        if (!File.Exists(path))
            return;
        try
        {
            // Beside this very copy of the library: a host may have loaded others.
            AssemblyLoadContext context = AssemblyLoadContext.GetLoadContext(typeof(NotebookHost).Assembly) ?? AssemblyLoadContext.Default;
            Type host = context.LoadFromAssemblyPath(path).GetExportedTypes().Single(type => type.IsAssignableTo(typeof(INotebookHost)));
            Bind((INotebookHost?)Activator.CreateInstance(host));
        }
        catch (Exception exception) when (
            exception is IOException or BadImageFormatException or TypeLoadException or MissingMemberException or InvalidOperationException)
        {
            Console.WriteLine($"AdvLib cannot talk to this version of .NET Interactive ({exception.Message}): "
                + "no live progress, and Stop waits for the cell's end.");
        }
    }
}
