using System.Reflection;
using AdvNotebooks.Cli.Packages;

namespace AdvNotebooks.Cli.Kernel;

/// <summary>
/// Brings restored packages into this process, and lets those that are made for .NET Interactive register how their types look.
/// </summary>
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
        Assembly[] loaded = [.. packages.Runtime.Select(path => Path.GetFileNameWithoutExtension(path))
            .Distinct().Select(_context.Find).OfType<Assembly>()];

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
        foreach (Type type in assembly.GetExportedTypes()
            .Where(type => type is { IsAbstract: false, IsClass: true } && extension.IsAssignableFrom(type)))
        {
            try
            {
                (extension.GetMethod("OnLoadAsync")!.Invoke(Activator.CreateInstance(type),
                    [CreateKernel(kernelAssembly)]) as Task)?.GetAwaiter().GetResult();
            }
            catch (Exception exception) when (exception is TargetInvocationException or MissingMethodException)
            {
                // It registers its formatters first; what it then tells its kernel has no listener here.
            }
        }
    }

    private static object? CreateKernel(Assembly kernelAssembly)
    {
        // The kernel's constructor has a parameter with a default value, which Activator would not fill in.
        ConstructorInfo? constructor = kernelAssembly.GetType(KernelAssembly + ".CompositeKernel")?.GetConstructors()
            .FirstOrDefault(constructor => constructor.GetParameters().All(parameter => parameter.HasDefaultValue));
        try
        {
            return constructor?.Invoke([.. constructor.GetParameters().Select(parameter => parameter.DefaultValue)]);
        }
        catch (TargetInvocationException)
        {
            // A kernel that is younger than this process's formatting library does not work with it.
            // Extensions that only register formatters need none.
            return null;
        }
    }
}
