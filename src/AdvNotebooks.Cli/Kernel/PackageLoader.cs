using System.Reflection;

namespace AdvNotebooks.Cli.Kernel;

/// <summary>Brings restored packages into this process, and lets those that are made for .NET Interactive register how their types look.</summary>
internal sealed class PackageLoader
{
    private const string KernelAssembly = "Microsoft.DotNet.Interactive";

    private readonly PackageContext _context = new();
    private readonly HashSet<string> _extensions = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Loads packages, in addition to those before.</summary>
    /// <param name="packages">Their files.</param>
    /// <returns>The assemblies that cells may use.</returns>
    public IReadOnlyList<Assembly> Load(RestoredPackages packages)
    {
        _context.Add(packages);
        Assembly[] loaded = [.. packages.Runtime.Select(path => Path.GetFileNameWithoutExtension(path)).Distinct().Select(_context.Find).OfType<Assembly>()];

        // Without .NET Interactive's own assembly, which such a package need not bring along, there is nothing an extension could extend.
        if (packages.Extensions.Count > 0 && _context.Find(KernelAssembly) is { } kernel)
        {
            foreach (string path in packages.Extensions.Where(_extensions.Add))
                Extend(kernel, _context.Find(Path.GetFileNameWithoutExtension(path)) ?? _context.LoadFromAssemblyPath(path));
        }

        return loaded;
    }

    private static void Extend(Assembly kernelAssembly, Assembly assembly)
    {
        Type extension = kernelAssembly.GetType(KernelAssembly + ".IKernelExtension", throwOnError: true)!;
        foreach (Type type in assembly.GetExportedTypes().Where(type => type is { IsAbstract: false, IsClass: true } && extension.IsAssignableFrom(type)))
        {
            try
            {
                object? kernel = kernelAssembly.GetType(KernelAssembly + ".CompositeKernel") is { } host ? Activator.CreateInstance(host) : null;
                (extension.GetMethod("OnLoadAsync")!.Invoke(Activator.CreateInstance(type), [kernel]) as Task)?.GetAwaiter().GetResult();
            }
            catch (Exception exception) when (exception is TargetInvocationException or MissingMethodException)
            {
                // It registers its formatters first; what it then tells its kernel has no listener here.
            }
        }
    }
}
