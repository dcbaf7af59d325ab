namespace AdvNotebooks.Cli.Kernel;

/// <summary>
/// Where the running cell's output goes. Static, because what feeds it is: the console, and the functions a cell calls.
/// Output of threads that a cell left running belongs to the cell that runs when it comes.
/// </summary>
internal static class CellOutput
{
    private static readonly Lock Gate = new();
    private static Action<KernelEvent>? _report;

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

    private sealed class Redirection : IDisposable
    {
        public void Dispose()
        {
            lock (Gate)
                _report = null;
        }
    }
}
