using System.Globalization;

namespace AdvLib;

/// <summary>
/// The default progress sink. In a notebook host that lets an output be replaced, a trainer shows one that it keeps up to date; everywhere
/// else it writes what this sink writes: a plain line an epoch, which every host and every log shows well.
/// </summary>
public sealed class TrainingConsole : IProgress<TrainingProgress>
{
    /// <summary>The sink a trainer reports to when it is given none. A host may put its own here.</summary>
    public static IProgress<TrainingProgress> Default { get; set; } = new TrainingConsole();

    /// <summary>The sink of one run that was given none.</summary>
    internal static IProgress<TrainingProgress> ForRun(Checkpoints? checkpoints) =>
        Default is TrainingConsole console ? new LiveTraining(console, checkpoints) : Default;

    /// <summary>Writes the line of an epoch that has just ended.</summary>
    /// <param name="value">The state of the run.</param>
    public void Report(TrainingProgress value)
    {
        if (value.Finished is not { } epoch)
            return;
        string validation = epoch.ValidationAccuracy is { } accuracy
            ? string.Create(CultureInfo.InvariantCulture, $"  val loss {epoch.ValidationLoss:0.0000}  val accuracy {100 * accuracy:0.00}%")
            : "";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"epoch {epoch.Epoch,2}/{value.Epochs}  loss {epoch.Loss:0.0000}  accuracy {100 * epoch.Accuracy:0.00}%{validation}  "
                + $"{epoch.Seconds:0.0} s"));
    }
}
