using System.Globalization;

namespace AdvLib;

/// <summary>A running training as a display: the epochs that are over, and how far the running one is.</summary>
/// <param name="progress">Where the run stands.</param>
/// <param name="epochs">The epochs that this run has completed.</param>
[TypeFormatterSource(typeof(VisualFormatters))]
internal sealed class TrainingStatus(TrainingProgress progress, IReadOnlyList<EpochResult> epochs) : IVisual
{
    private readonly TableView? _table = epochs.Count == 0 ? null : TrainingCurves.Table("", epochs);

    private readonly string _line = progress.Finished is not null && progress.Epoch == progress.Epochs
        ? string.Create(CultureInfo.InvariantCulture,
            $"{progress.Epochs} {(progress.Epochs == 1 ? "epoch" : "epochs")}, {epochs.Sum(epoch => epoch.Seconds):0.0} s")
        : string.Create(CultureInfo.InvariantCulture,
            $"epoch {progress.Epoch}/{progress.Epochs}, step {progress.Step}/{progress.Steps}, "
                + $"loss {progress.Loss:0.0000}, accuracy {100 * progress.Accuracy:0.00}%, ")
            + string.Create(CultureInfo.InvariantCulture,
                $"{progress.ImagesPerSecond:N0} images/s, {(int)progress.Remaining.TotalMinutes}:{progress.Remaining.Seconds:00} min left");

    /// <summary>What is kept of a run that the reader has stopped; null while it runs.</summary>
    public string? Stopped { get; init; }

    private string Line =>
        Stopped is null ? _line : $"stopped in epoch {progress.Epoch}/{progress.Epochs}, step {progress.Step}/{progress.Steps}; {Stopped}";

    /// <inheritdoc/>
    public string ToHtml()
    {
        double done = (progress.Epoch - 1 + (progress.Step / (double)progress.Steps)) / progress.Epochs;
        string bar = done < 1 && Stopped is null
            ? string.Create(CultureInfo.InvariantCulture, $"<progress value=\"{done:0.000}\" max=\"1\"></progress> ")
            : "";
        return $"{_table?.ToHtml()}\n<p style=\"margin:2px 12px\">{bar}{Show.Escape(Line)}</p>";
    }

    /// <summary>The epochs as a table, and the line below it.</summary>
    /// <returns>The lines.</returns>
    public override string ToString() => _table is null ? Line : $"{_table}\n{Line}";
}
