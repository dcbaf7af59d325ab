using System.Collections.Concurrent;
using System.Reactive.Linq;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.CSharp;
using Microsoft.DotNet.Interactive.Events;

namespace AdvLib.Charts.Tests;

/// <summary>.NET Interactive's own C# kernel in this process, with its magic commands and without its web server.</summary>
internal sealed class InteractiveHost : IDisposable
{
    private readonly CompositeKernel _root = new("root");
    private readonly ConcurrentQueue<KernelEvent> _events = new();
    private readonly IDisposable _listener;

    private readonly string _before = Directory.GetCurrentDirectory();

    /// <param name="folder">The notebook's folder: a host starts its kernel there, and imports are relative to it.</param>
    public InteractiveHost(string folder)
    {
        var csharp = new CSharpKernel();
        csharp.UseKernelHelpers().UseWho().UseValueSharing();
        _root.Add(csharp);
        _root.UseImportMagicCommand();
        _root.DefaultKernelName = csharp.Name;
        _listener = _root.KernelEvents.Subscribe(_events.Enqueue);
        Directory.SetCurrentDirectory(folder);
    }

    /// <summary>Runs a cell.</summary>
    /// <param name="source">The cell.</param>
    /// <returns>Its displayed values, the last expression's last.</returns>
    public async Task<IReadOnlyList<IReadOnlyDictionary<string, string>>> Run(string source)
    {
        _events.Clear();
        KernelCommandResult result = await _root.SendAsync(new SubmitCode(source), TestContext.Current.CancellationToken);
        Assert.True(!result.Events.OfType<CommandFailed>().Any(), $"{source}\n{string.Join('\n', result.Events.OfType<CommandFailed>().Select(failed => failed.Message))}");
        Assert.Empty(_events.OfType<StandardErrorValueProduced>().SelectMany(error => error.FormattedValues).Select(value => value.Value));
        return [.. _events.OfType<DisplayEvent>().Where(shown => shown is ReturnValueProduced or DisplayedValueProduced)
            .Select(shown => shown.FormattedValues.ToDictionary(value => value.MimeType, value => value.Value))];
    }

    public void Dispose()
    {
        Directory.SetCurrentDirectory(_before);
        _listener.Dispose();
        _root.Dispose();
    }
}
