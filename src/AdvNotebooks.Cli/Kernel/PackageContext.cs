using System.Reflection;
using System.Runtime.Loader;
using AdvNotebooks.Cli.Packages;

namespace AdvNotebooks.Cli.Kernel;

/// <summary>
/// Where restored packages live in this process. What the process has of its own it gives them too, so that a type both know is one type; a
/// package's native libraries come before those of the system, which may hold others of the same name. They lie together in a folder of
/// links, as a built program has them, because they find each other by their own folder.
/// </summary>
internal sealed class PackageContext() : AssemblyLoadContext("packages")
{
    private readonly Dictionary<string, string> _assemblies = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _libraries = new(StringComparer.OrdinalIgnoreCase);
    private string? _libraryFolder;

    /// <summary>Adds packages to those before.</summary>
    /// <param name="packages">Their files.</param>
    public void Add(RestoredPackages packages)
    {
        foreach (string path in packages.Runtime.Where(path => !HostAssemblies.Has(path)))
            _assemblies.TryAdd(Path.GetFileNameWithoutExtension(path), path);
        foreach (string path in packages.Native.Where(path => _libraries.Add(Path.GetFileName(path))))
            Link(path);
    }

    /// <summary>Loads an assembly.</summary>
    /// <param name="name">Its simple name.</param>
    /// <returns>The assembly; null when neither the packages nor this process have it.</returns>
    public Assembly? Find(string name)
    {
        try
        {
            return LoadFromAssemblyName(new AssemblyName(name));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
        => assemblyName.Name is { } name && _assemblies.TryGetValue(name, out string? path) ? LoadFromAssemblyPath(path) : null;

    /// <inheritdoc/>
    protected override nint LoadUnmanagedDll(string unmanagedDllName)
    {
        // A library is asked for as "name", "libname" or with its extension.
        string extension = OperatingSystem.IsWindows() ? ".dll" : OperatingSystem.IsMacOS() ? ".dylib" : ".so";
        foreach (string candidate in (string[])[unmanagedDllName, unmanagedDllName + extension, $"lib{unmanagedDllName}{extension}",
            $"lib{unmanagedDllName}"])
        {
            if (_libraries.Contains(candidate))
                return LoadUnmanagedDllFromPath(Path.Combine(_libraryFolder!, candidate));
        }

        return 0;
    }

    private void Link(string path)
    {
        if (_libraryFolder is null)
        {
            string folder = _libraryFolder = Directory.CreateTempSubdirectory("advnb-native-").FullName;
            AppDomain.CurrentDomain.ProcessExit += (_, _) => Remove(folder);
        }

        string link = Path.Combine(_libraryFolder, Path.GetFileName(path));
        try
        {
            File.CreateSymbolicLink(link, path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Windows allows links to administrators alone.
            File.Copy(path, link);
        }
    }

    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A copy that is loaded stays until the system clears its temporary files.
        }
    }
}
