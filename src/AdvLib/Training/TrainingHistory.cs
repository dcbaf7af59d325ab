using System.Globalization;

namespace AdvLib;

/// <summary>What a training run measured, epoch by epoch. A notebook shows it as curves.</summary>
[TypeFormatterSource(typeof(VisualFormatters), PreferredMimeTypes = ["image/svg+xml", "text/plain"])]
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

    /// <summary>Whether the run was cancelled. The model keeps what it had learned until then.</summary>
    public bool Interrupted { get; }

    /// <summary>Wall time of the completed epochs, in seconds.</summary>
    public double Seconds => Epochs.Sum(epoch => epoch.Seconds);

    /// <inheritdoc/>
    public string ToSvg()
    {
        if (Epochs.Count > 0)
            return new TrainingCurves(Title, Epochs).ToSvg();
        var svg = new Svg();
        svg.Text(Svg.Margin, 2 * Svg.Margin, ToString());
        return svg.Finish(480, 3 * Svg.Margin, Title, ToString());
    }

    /// <inheritdoc/>
    public string ToHtml() => Svg.InHtml(ToSvg());

    /// <summary>A line an epoch.</summary>
    /// <returns>The lines.</returns>
    public override string ToString() => Epochs.Count == 0
        ? $"{Title}: no epoch completed"
        : new TrainingCurves(Title, Epochs) + string.Create(CultureInfo.InvariantCulture, $"\n{Seconds:0.0} s{(Interrupted ? ", interrupted" : "")}");
}
