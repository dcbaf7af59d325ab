namespace AdvLib.Tests;

/// <summary>Keeps all reports, and may act on each.</summary>
internal sealed class ProgressLog(Action<TrainingProgress>? act = null) : IProgress<TrainingProgress>
{
    public List<TrainingProgress> Reports { get; } = [];

    public void Report(TrainingProgress value)
    {
        Reports.Add(value);
        act?.Invoke(value);
    }
}
