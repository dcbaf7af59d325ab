namespace AdvLib;

/// <summary>
/// A training run whose loss grows beyond all bounds instead of falling, most often because its learning rate is too high.
/// </summary>
public sealed class TrainingDivergedException : AdvLibException
{
    internal TrainingDivergedException(
        int epoch, float learningRate, string found, string? checkpoint, NumericalFaultException? fault = null)
        : base(
            FormattableString.Invariant($"Training diverged in epoch {epoch}, at learning rate {learningRate}: {found}"),
            "a loss that falls.",
            $"Lower the learning rate, first to a tenth.{(checkpoint is null ? "" : $" The last good checkpoint is {checkpoint}.")}", fault)
    {
        Epoch = epoch;
        LearningRate = learningRate;
    }

    /// <summary>The epoch it happened in, from 1.</summary>
    public int Epoch { get; }

    /// <summary>The learning rate then.</summary>
    public float LearningRate { get; }
}
