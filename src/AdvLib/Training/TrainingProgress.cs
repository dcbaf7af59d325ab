namespace AdvLib;

/// <summary>Where a training run stands: reported after every step, and once more when an epoch has ended.</summary>
/// <param name="Epoch">The running epoch, from 1.</param>
/// <param name="Epochs">Epochs in all.</param>
/// <param name="Step">Steps done in this epoch.</param>
/// <param name="Steps">Steps of an epoch.</param>
/// <param name="Loss">Mean training loss of this epoch so far.</param>
/// <param name="Accuracy">Training accuracy of this epoch so far, a fraction.</param>
/// <param name="ImagesPerSecond">Images trained a second in this epoch so far.</param>
/// <param name="Remaining">Estimated time to the end of the run.</param>
/// <param name="Finished">The epoch's result when it has just ended, else null.</param>
public readonly record struct TrainingProgress(
    int Epoch, int Epochs, int Step, int Steps, double Loss, double Accuracy, double ImagesPerSecond, TimeSpan Remaining,
    EpochResult? Finished);
