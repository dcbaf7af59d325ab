namespace AdvLib;

/// <summary>The progress of one computation as an output that is kept up to date, where the notebook host allows it; elsewhere nothing.</summary>
internal sealed class LiveWork : IProgress<WorkProgress>
{
    private Func<object, bool>? _update;
    private bool _started;

    /// <inheritdoc/>
    public void Report(WorkProgress value)
    {
        var status = new WorkStatus(value);
        if (!_started)
            _update = NotebookHost.Show(status);
        else if (_update is not null && !_update(status))
            _update = null;
        _started = true;
    }
}
