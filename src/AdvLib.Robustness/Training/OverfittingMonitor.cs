using System.Globalization;

namespace AdvLib;

/// <summary>
/// Watches a training run for catastrophic overfitting (Wong, Rice and Kolter, "Fast is better than free: revisiting adversarial
/// training", 2020): a model trained on one-step adversaries learns, within a few steps, to fool that attack instead of withstanding it.
/// Its accuracy under PGD collapses while the one under FGSM stays, which the training loss does not show. A <see cref="Trainer"/> stops
/// the run then; with <see cref="Trainer.Score"/> it goes back to the best epoch.
/// </summary>
[TypeFormatterSource(typeof(VisualFormatters), PreferredMimeTypes = ["text/html", "image/svg+xml", "text/plain"])]
public sealed class OverfittingMonitor : ITrainingMonitor, IPicture
{
    // A model that withstands this share of one-step adversaries has learnt them; one that merely
    // starts, or whose epsilon still grows, has not.
    private const double Learnt = 0.8;

    private readonly ImageSet _heldOut;
    private readonly IAttack<IDifferentiableClassifier> _fgsm;
    private readonly IAttack<IDifferentiableClassifier> _pgd;
    private readonly List<OverfittingReading> _readings = [];

    /// <summary>Creates a monitor for one run, with FGSM and PGD-10 on cross-entropy, clipped to [0, 1].</summary>
    /// <param name="heldOut">Images that are not trained on; some hundreds tell enough.</param>
    /// <param name="epsilon">Largest change of a pixel, in pixel units of [0, 1]; at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epsilon"/> is negative or not finite.</exception>
    public OverfittingMonitor(ImageSet heldOut, float epsilon)
        : this(heldOut, new Fgsm(epsilon) { Loss = Loss.CrossEntropy, Clip = PixelRange.Unit }, new Pgd(epsilon) { Steps = 10 })
    {
    }

    /// <summary>Creates a monitor for one run with attacks of your choice.</summary>
    /// <param name="heldOut">Images that are not trained on.</param>
    /// <param name="fgsm">The attack that the model is trained on, or one like it.</param>
    /// <param name="pgd">A stronger one.</param>
    public OverfittingMonitor(ImageSet heldOut, IAttack<IDifferentiableClassifier> fgsm, IAttack<IDifferentiableClassifier> pgd)
    {
        ArgumentNullException.ThrowIfNull(heldOut);
        ArgumentNullException.ThrowIfNull(fgsm);
        ArgumentNullException.ThrowIfNull(pgd);
        (_heldOut, _fgsm, _pgd) = (heldOut, fgsm, pgd);
    }

    /// <summary>Steps between readings, at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not positive.</exception>
    public int EverySteps
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(EverySteps), value, "At least 1 step.");
    } = 100;

    /// <summary>How far the accuracy under PGD must fall below its best reading to count as a collapse, a fraction in (0, 1].</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public double Drop
    {
        get;
        init => field = value is > 0 and <= 1 ? value
            : throw new ArgumentOutOfRangeException(nameof(Drop), value, "Above 0 and at most 1, for example 0.2.");
    } = 0.2;

    /// <summary>What was measured, in order.</summary>
    public IReadOnlyList<OverfittingReading> Readings => _readings;

    /// <summary>
    /// How far the accuracy under PGD may lie below the one under FGSM, a fraction in (0, 1], once FGSM is withstood by 0.8 or more. A run
    /// that overfits from its first steps on has no height to fall from, and shows here.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public double Gap
    {
        get;
        init => field = value is > 0 and <= 1 ? value
            : throw new ArgumentOutOfRangeException(nameof(Gap), value, "Above 0 and at most 1, for example 0.5.");
    } = 0.5;

    /// <summary>
    /// Whether the last reading is a collapse: PGD has fallen by <see cref="Drop"/> or more and FGSM by less than half of that, or PGD
    /// lies by <see cref="Gap"/> below an FGSM that is withstood.
    /// </summary>
    public bool Collapsed
    {
        get
        {
            if (_readings.Count == 0)
                return false;
            OverfittingReading best = _readings.MaxBy(reading => reading.Pgd);
            OverfittingReading last = _readings[^1];
            bool fell = best.Pgd - last.Pgd >= Drop && best.Fgsm - last.Fgsm < Drop / 2;
            return fell || (last.Fgsm >= Learnt && last.Fgsm - last.Pgd >= Gap);
        }
    }

    /// <summary>The accuracies against the training step.</summary>
    /// <returns>The chart; null before the first reading.</returns>
    public LineChart? Chart()
    {
        if (_readings.Count == 0)
            return null;
        double[] steps = [.. _readings.Select(reading => (double)reading.Step)];
        return new LineChart(Title, "training step", $"accuracy on {_heldOut.Count} held-out images") { Percent = true, YRange = (0, 1) }
            .Add(_fgsm.Name, steps, _readings.Select(reading => reading.Fgsm), images: _heldOut.Count)
            .Add(_pgd.Name, steps, _readings.Select(reading => reading.Pgd), images: _heldOut.Count);
    }

    /// <inheritdoc/>
    public string ToSvg()
    {
        if (Chart() is { } chart)
            return chart.ToSvg();
        return new Notice(Title, $"No reading yet: there is one every {EverySteps} steps.").ToSvg();
    }

    /// <inheritdoc/>
    public string ToHtml() => PictureMarkup.InHtml(ToSvg());

    /// <summary>The readings as a table, and whether the last one is a collapse.</summary>
    /// <returns>A line a reading.</returns>
    public override string ToString()
    {
        var table = new TableView(Title, "step", "FGSM", "PGD") { Align = "rrr" };
        foreach (OverfittingReading reading in _readings)
            table = table.Row(reading.Step.ToString(CultureInfo.InvariantCulture), Show.Value(reading.Fgsm, percent: true),
                Show.Value(reading.Pgd, percent: true));
        return table.ToString();
    }

    /// <summary>Keeps the readings.</summary>
    /// <param name="state">Takes or replaces them.</param>
    /// <exception cref="CheckpointException">The state belongs to another monitor, or is damaged.</exception>
    public void Exchange(ResumeState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Match("data", _heldOut.Fingerprint);
        state.Match("attacks", $"{_fgsm.Name}, {_pgd.Name}");
        state.Match("every", EverySteps);
        state.Match("drop", Drop);
        state.Match("gap", Gap);
        double[] rows = [.. _readings.SelectMany(reading => (double[])[reading.Step, reading.Fgsm, reading.Pgd])];
        state.Exchange("readings", ref rows);
        if (!state.Loading)
            return;
        if (rows.Length % 3 != 0)
            throw state.Damaged("readings");
        _readings.Clear();
        foreach (double[] row in rows.Chunk(3))
            _readings.Add(new OverfittingReading((long)row[0], row[1], row[2]));
    }

    /// <summary>A collapse ends the run.</summary>
    public bool Stops => Collapsed;

    /// <summary>Takes a reading when one is due. Changes nothing in the model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="steps">Training steps done.</param>
    public void Watch(IDifferentiableClassifier model, long steps)
    {
        if (steps % EverySteps == 0)
            _readings.Add(new OverfittingReading(
                steps, Evaluation.Under(_fgsm, model, _heldOut).Accuracy, Evaluation.Under(_pgd, model, _heldOut).Accuracy));
    }

    private string Title => Collapsed
        ? FormattableString.Invariant($"Catastrophic overfitting at step {_readings[^1].Step}: PGD has collapsed, FGSM does not show it")
        : "Accuracy under attack on held-out images while training";
}
