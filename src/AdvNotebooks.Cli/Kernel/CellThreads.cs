using System.Collections.Concurrent;
using System.Globalization;

namespace AdvNotebooks.Cli.Kernel;

/// <summary>
/// Knows which cell started a thread: the cell's number flows into every thread that is started in it, by threads of its own too.
/// </summary>
internal sealed class CellThreads
{
    // Time for threads that are about to end.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Thread, int> _started = new();
    private readonly AsyncLocal<int> _cell;

    /// <summary>Begins to watch.</summary>
    public CellThreads() => _cell = new AsyncLocal<int>(change =>
    {
        if (change is { ThreadContextChanged: true, CurrentValue: > 0 } && !Thread.CurrentThread.IsThreadPoolThread)
            _started.TryAdd(Thread.CurrentThread, change.CurrentValue);
    });

    /// <summary>A cell begins on the calling thread.</summary>
    /// <param name="number">Number of the code cell, from 1.</param>
    public void Begin(int number)
    {
        _cell.Value = number;
        foreach (Thread thread in _started.Keys.Where(thread => !thread.IsAlive))
            _started.TryRemove(thread, out _);
    }

    /// <summary>
    /// Number of the cell that the calling thread, or its work item of the thread pool, was started in; null when it was in none.
    /// </summary>
    public int? CurrentCell => _started.TryGetValue(Thread.CurrentThread, out int number) || (number = _cell.Value) > 0 ? number : null;

    /// <summary>Waits a moment for the threads that would keep a program from ending, and describes the first that run on.</summary>
    /// <returns>The failure of the first cell that left such threads; null when there is none.</returns>
    public CellError? Left()
    {
        long end = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        (string Name, int Cell)[] left = Running();
        for (; left.Length > 0 && Environment.TickCount64 < end; left = Running())
            Thread.Sleep(10);
        if (left.Length == 0)
            return null;
        int cell = left.Min(thread => thread.Cell);
        string[] names = [.. left.Where(thread => thread.Cell == cell).Select(thread => thread.Name).Order(StringComparer.Ordinal)];
        string message = string.Create(CultureInfo.InvariantCulture,
            $"{CellErrors.NameOf(cell)} left {names.Length} thread{(names.Length == 1 ? "" : "s")} running "
                + $"({string.Join(", ", names.Distinct())}). Join what the notebook starts, or set IsBackground.");
        return new CellError("ThreadsLeft", message, [message]) { Cell = cell };
    }

    private (string Name, int Cell)[] Running() =>
        [.. _started.Where(entry => Keeps(entry.Key)).Select(entry => (entry.Key.Name ?? "without a name", entry.Value))];

    private static bool Keeps(Thread thread) => (thread.ThreadState & (ThreadState.Background | ThreadState.Stopped)) == 0;
}
