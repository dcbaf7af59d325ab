namespace AdvLib;

/// <summary>
/// The progress of one computation as an output that is kept up to date, where the notebook host allows it; elsewhere nothing.
/// </summary>
internal sealed class LiveWork : IProgress<WorkProgress>
{
    private readonly LiveOutput _output = new();

    /// <inheritdoc/>
    public void Report(WorkProgress value) => _output.Show(new WorkStatus(value), new WorkStatus(value) { Stopped = true });
}
