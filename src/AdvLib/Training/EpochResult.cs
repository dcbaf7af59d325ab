namespace AdvLib;

/// <summary>What one epoch of training measured.</summary>
/// <param name="Epoch">Number of the epoch, from 1.</param>
/// <param name="Loss">Mean training loss over the epoch's steps.</param>
/// <param name="Accuracy">Training accuracy over the epoch's steps, a fraction.</param>
/// <param name="ValidationLoss">Mean loss on the validation set after the epoch; null without one.</param>
/// <param name="ValidationAccuracy">Accuracy on the validation set after the epoch, a fraction; null without one.</param>
/// <param name="Seconds">Wall time of the epoch, validation included.</param>
/// <param name="Score">What <see cref="Trainer.Score"/> gave the model after the epoch; null without one.</param>
public sealed record EpochResult(
    int Epoch, double Loss, double Accuracy, double? ValidationLoss, double? ValidationAccuracy, double Seconds, double? Score = null);
