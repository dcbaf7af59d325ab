using System.Globalization;

namespace AdvLib;

/// <summary>
/// How training went: loss and accuracy per epoch, side by side, on the training and, where measured, the validation images.
/// </summary>
/// <param name="title">What was trained, on what.</param>
/// <param name="epochs">The epochs' results, at least one.</param>
/// <exception cref="DisplayDataException">There is no epoch, or a loss or accuracy is not finite.</exception>
/// <example><code>
/// new TrainingCurves("Baseline training", history.Epochs)
/// </code></example>
[TypeFormatterSource(typeof(VisualFormatters), PreferredMimeTypes = ["text/html", "image/svg+xml", "text/plain"])]
public sealed class TrainingCurves(string title, IReadOnlyList<EpochResult> epochs) : IPicture
{
    private readonly EpochResult[] _epochs = [.. epochs];

    /// <summary>What was trained, on what.</summary>
    public string Title { get; } = title;

    /// <summary>Loss against epoch.</summary>
    public LineChart Loss { get; } = Chart("loss", percent: false, epochs, epoch => epoch.Loss, epoch => epoch.ValidationLoss);

    /// <summary>Accuracy against epoch.</summary>
    public LineChart Accuracy { get; } =
        Chart("accuracy", percent: true, epochs, epoch => epoch.Accuracy, epoch => epoch.ValidationAccuracy);

    /// <inheritdoc/>
    public string ToSvg() => new ChartRow(Title, "Two line charts over epochs.", Loss, Accuracy).ToSvg();

    /// <inheritdoc/>
    public string ToHtml() => PictureMarkup.InHtml(ToSvg());

    /// <summary>The numbers as plain text, a line an epoch.</summary>
    /// <returns>A table of losses and accuracies.</returns>
    public override string ToString() => Table(Title, _epochs).ToString();

    /// <summary>The numbers as a table; unlike a curve it can hold those of a run that diverged.</summary>
    internal static TableView Table(string title, IEnumerable<EpochResult> epochs)
    {
        string Loss(double? value) => value?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "";
        string Accuracy(double? value) => value is { } v ? Show.Value(v, percent: true) : "";
        var table = new TableView(title, "epoch", "loss", "accuracy", "val loss", "val accuracy") { Align = "rrrrr" };
        foreach (EpochResult e in epochs)
            table = table.Row(
                Show.Value(e.Epoch), Loss(e.Loss), Accuracy(e.Accuracy), Loss(e.ValidationLoss), Accuracy(e.ValidationAccuracy));
        return table;
    }

    private static LineChart Chart(
        string label, bool percent, IReadOnlyList<EpochResult> epochs, Func<EpochResult, double> training,
        Func<EpochResult, double?> validation)
    {
        EpochResult[] validated = [.. epochs.Where(epoch => validation(epoch) is not null)];
        LineChart chart = new LineChart("", "epoch", label) { Percent = percent }
            .Add("training", epochs.Select(epoch => (double)epoch.Epoch), epochs.Select(training));
        return validated.Length == 0
            ? chart
            : chart.Add("validation", validated.Select(epoch => (double)epoch.Epoch), validated.Select(epoch => validation(epoch)!.Value));
    }
}
