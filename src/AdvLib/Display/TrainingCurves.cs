namespace AdvLib;

/// <summary>How training went: loss and accuracy per epoch, side by side, on the training and, where measured, the validation images.</summary>
/// <example><code>
/// new TrainingCurves("Baseline training", history.Epochs)
/// </code></example>
[TypeFormatterSource(typeof(VisualFormatters), PreferredMimeTypes = ["image/svg+xml", "text/plain"])]
public sealed record TrainingCurves : IPicture
{
    private readonly LinePanel _loss;
    private readonly LinePanel _accuracy;
    private readonly EpochResult[] _epochs;

    /// <summary>Draws the curves of a training run.</summary>
    /// <param name="title">What was trained, on what.</param>
    /// <param name="epochs">The epochs' results, at least one.</param>
    /// <exception cref="DisplayDataException">There is no epoch, or a loss or accuracy is not finite.</exception>
    public TrainingCurves(string title, IReadOnlyList<EpochResult> epochs)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(epochs);
        Title = title;
        _epochs = [.. epochs];
        _loss = Panel("loss", percent: false, epoch => epoch.Loss, epoch => epoch.ValidationLoss);
        _accuracy = Panel("accuracy", percent: true, epoch => epoch.Accuracy, epoch => epoch.ValidationAccuracy);
    }

    /// <summary>What was trained.</summary>
    public string Title { get; }

    /// <inheritdoc/>
    public string ToSvg()
    {
        const double Width = 860, Height = 300, Gap = 28;
        var svg = new Svg();
        double top = svg.Header(Title, Width, [.. _loss.Series.Select(series => series.Name)], (i, x, y) => SeriesStyle.Of(i).Key(svg, x, y));
        double half = (Width - (2 * Svg.Margin) - Gap) / 2;
        _loss.Draw(svg, Svg.Margin, top, half, Height);
        _accuracy.Draw(svg, Svg.Margin + half + Gap, top, half, Height);
        string Describe(LinePanel panel) => string.Join(' ', panel.Series.Select(series => $"{panel.YLabel}, {series.Describe(panel.Percent)}"));
        return svg.Finish(Width, top + Height + 12, Title, $"Two line charts over epochs. {Describe(_loss)} {Describe(_accuracy)}");
    }

    /// <inheritdoc/>
    public string ToHtml() => ToSvg();

    /// <summary>The numbers as plain text, a line an epoch.</summary>
    /// <returns>A table of losses and accuracies.</returns>
    public override string ToString()
    {
        string Cell(double? value, bool percent) => value is { } v ? Show.Value(v, percent) : "";
        var table = new TableView(Title, "epoch", "loss", "accuracy", "val loss", "val accuracy") { Align = "rrrrr" };
        foreach (EpochResult e in _epochs)
            table = table.Row(Show.Value(e.Epoch), Cell(e.Loss, false), Cell(e.Accuracy, true), Cell(e.ValidationLoss, false), Cell(e.ValidationAccuracy, true));
        return table.ToString();
    }

    private LinePanel Panel(string label, bool percent, Func<EpochResult, double> training, Func<EpochResult, double?> validation)
    {
        LineSeries Series(string name, IEnumerable<EpochResult> epochs, Func<EpochResult, double> value) => new(name,
            [.. epochs.Select(epoch => (double)epoch.Epoch)], DisplayDataException.CheckSeries($"{label} ({name})", epochs.Select(value)));
        EpochResult[] validated = [.. _epochs.Where(epoch => validation(epoch) is not null)];
        LineSeries train = Series("training", _epochs, training);
        return new LinePanel("epoch", label, validated.Length == 0 ? [train] : [train, Series("validation", validated, epoch => validation(epoch)!.Value)], percent, null);
    }
}
