using System.Runtime.Loader;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.CSharp;
using Microsoft.DotNet.Interactive.Events;
using Microsoft.DotNet.Interactive.PackageManagement;

namespace AdvNotebooks.Tests;

/// <summary>.NET Interactive's own C# kernel, set up as its tool sets it up, without the web server and the other languages.</summary>
internal sealed class InteractiveKernel : IDisposable
{
    private readonly CompositeKernel _root = new("root");
    private readonly HashSet<string> _extended = [];

    public InteractiveKernel()
    {
        var csharp = new CSharpKernel();
        csharp.UseNugetDirective(async (kernel, packages) =>
        {
            kernel.AddAssemblyReferences(packages.SelectMany(package => package.AssemblyPaths));
            foreach (ResolvedPackageReference package in packages.Where(package => package.PackageRoot is { Length: > 0 } && _extended.Add(package.PackageName)))
                await ExtendAsync(Path.Combine(package.PackageRoot, "interactive-extensions", "dotnet"));
        }).UseKernelHelpers().UseWho().UseValueSharing();
        _root.Add(csharp);
        _root.UseImportMagicCommand();
        _root.DefaultKernelName = csharp.Name;
    }

    /// <summary>Runs a cell to its end, with what a host would show of it.</summary>
    /// <param name="code">The cell.</param>
    /// <param name="seen">Called for each event as it comes.</param>
    public async Task<CellRun> RunAsync(string code, Action<KernelEvent>? seen = null)
    {
        using IDisposable? listener = seen is null ? null : _root.KernelEvents.Subscribe(seen);
        return new CellRun((await _root.SendAsync(new SubmitCode(code), CancellationToken.None)).Events);
    }

    /// <summary>Stops the running cell, as the Stop buttons of VS Code and others do.</summary>
    public Task StopAsync() => _root.SendAsync(new Cancel(), CancellationToken.None);

    public void Dispose() => _root.Dispose();

    // Its KernelExtensionLoader is in the tool, in no package.
    private async Task ExtendAsync(string folder)
    {
        foreach (string file in Directory.Exists(folder) ? Directory.GetFiles(folder, "*.dll") : [])
        {
            foreach (Type type in AssemblyLoadContext.Default.LoadFromAssemblyPath(file).ExportedTypes.Where(type => type is { IsAbstract: false, IsClass: true } && type.IsAssignableTo(typeof(IKernelExtension))))
                await ((IKernelExtension)Activator.CreateInstance(type)!).OnLoadAsync(_root);
        }
    }
}
