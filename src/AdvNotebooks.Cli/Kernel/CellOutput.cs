using Microsoft.DotNet.Interactive.Formatting;

namespace AdvNotebooks.Cli.Kernel;

/// <summary>
/// Where the running cell's output goes. Static, because what feeds it is: the console, and the functions a cell calls.
/// Output of threads that a cell left running belongs to the cell that runs when it comes.
/// </summary>
internal static class CellOutput
{
    private static readonly Lock Gate = new();
    private static Action<KernelEvent>? _report;

    static CellOutput() => Formatter.SubscribeToDisplayedValues(Show);

    /// <summary>Directs output to a receiver until the returned object is disposed of.</summary>
    /// <param name="report">Called for one event at a time.</param>
    /// <returns>Ends the redirection.</returns>
    public static IDisposable To(Action<KernelEvent> report)
    {
        lock (Gate)
            _report = report;
        return new Redirection();
    }

    /// <summary>Passes an event on; drops it when no cell is running.</summary>
    /// <param name="kernelEvent">The event.</param>
    public static void Report(KernelEvent kernelEvent)
    {
        lock (Gate)
            _report?.Invoke(kernelEvent);
    }

    // What is shown through the formatting library itself: DisplayTable, DisplayAs, and a library's own Display.
    private static void Show(Microsoft.DotNet.Interactive.Formatting.DisplayedValue shown)
    {
        string[] mimeTypes = [.. shown.FormattedValues.Select(formatted => formatted.MimeType)];
        SortedDictionary<string, string> data = shown.Value is string
            ? new(shown.FormattedValues.ToDictionary(formatted => formatted.MimeType, formatted => formatted.Value), StringComparer.Ordinal)
            : OutputFormatter.Format(shown.Value, mimeTypes);
        Report(shown.IsUpdated ? new UpdateEvent(shown.DisplayId, data) : new DisplayEvent(shown.DisplayId, data));
    }

    private sealed class Redirection : IDisposable
    {
        public void Dispose()
        {
            lock (Gate)
                _report = null;
        }
    }
}
