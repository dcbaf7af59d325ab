namespace AdvLib;

/// <summary>
/// One output of the running cell that is kept up to date, where the host allows it. It has a last word when the reader stops the cell.
/// </summary>
public sealed class LiveOutput
{
    private readonly Lock _gate = new();
    private Func<IVisual, bool>? _update;
    private IVisual? _stopped;
    private bool _started;

    /// <summary>Whether it is, or may become, visible.</summary>
    public bool IsLive => !_started || _update is not null;

    /// <summary>Shows a state, or puts it in place of the one that was shown.</summary>
    /// <param name="state">What to show.</param>
    /// <param name="stopped">What to show in its place if the cell is stopped before the next
    /// state. A stopped cell takes no output any more.</param>
    /// <returns>Whether the host shows it.</returns>
    public bool Show(IVisual state, IVisual stopped)
    {
        lock (_gate)
        {
            if (_started && Work.Stop.IsCancellationRequested)
                return _update is not null;
            _stopped = stopped;
            if (!_started)
                Start(state);
            else if (_update is not null && !_update(state))
                _update = null;
            return _update is not null;
        }
    }

    private void Start(IVisual state)
    {
        _started = true;
        _update = NotebookHost.Current?.Show(state);
        // Called while the host cancels the cell, in the cell's own context: the last moment in which it may show something.
        if (_update is not null)
            Work.Stop.Register(End);
    }

    private void End()
    {
        lock (_gate)
            _update?.Invoke(_stopped!);
    }
}
