using System.Globalization;

namespace AdvLib;

/// <summary>What a training run measured, epoch by epoch. A notebook shows it as curves.</summary>
[TypeFormatterSource(typeof(VisualFormatters), PreferredMimeTypes = ["text/html", "image/svg+xml", "text/plain"])]
public sealed class TrainingHistory : IPicture
{
    internal TrainingHistory(string title, IReadOnlyList<EpochResult> epochs, bool interrupted)
    {
        Title = title;
        Epochs = epochs;
        Interrupted = interrupted;
    }

    /// <summary>What was trained on what.</summary>
    public string Title { get; }

    /// <summary>The epochs that were completed.</summary>
    public IReadOnlyList<EpochResult> Epochs { get; }

    /// <summary>Whether the run was cancelled, or stopped by its monitor. The model keeps what it had learned until then.</summary>
    public bool Interrupted { get; }

    /// <summary>
    /// The epoch with the highest score, the first of equals, whose weights the model has unless <see cref="Trainer.KeepsBest"/> is off;
    /// null when none was rated.
    /// </summary>
    public EpochResult? Best => Epochs.Where(epoch => epoch.Score is not null).MaxBy(epoch => epoch.Score);

    /// <summary>Wall time of the completed epochs, in seconds.</summary>
    public double Seconds => Epochs.Sum(epoch => epoch.Seconds);

    /// <summary>Loss and accuracy of the epochs up to the first whose loss is not finite.</summary>
    /// <returns>The curves; null where there is no such epoch.</returns>
    public TrainingCurves? Curves()
    {
        EpochResult[] drawn = [.. Epochs.TakeWhile(epoch => double.IsFinite(epoch.Loss) && double.IsFinite(epoch.ValidationLoss ?? 0))];
        return drawn.Length > 0 ? new TrainingCurves(Title, drawn) : null;
    }

    /// <inheritdoc/>
    public string ToSvg()
    {
        if (Curves() is { } curves)
            return curves.ToSvg();
        string why = Epochs.Count == 0 ? "No epoch was completed." : "The loss is not finite from the first epoch on: the run diverged.";
        return new Notice(Title, why).ToSvg();
    }

    /// <inheritdoc/>
    public string ToHtml() => PictureMarkup.InHtml(ToSvg());

    /// <summary>A line an epoch.</summary>
    /// <returns>The lines.</returns>
    public override string ToString() => Epochs.Count == 0
        ? $"{Title}: no epoch completed"
        : TrainingCurves.Table(Title, Epochs) + string.Create(CultureInfo.InvariantCulture,
            $"\n{Seconds:0.0} s{(Interrupted ? ", interrupted" : "")}{(Best is { } best ? $", best epoch {best.Epoch}" : "")}");
}
