namespace AdvLib;

/// <summary>
/// An optimizer: its settings, and the state it keeps for each of a network's parameters. One optimizer serves one training
/// run; a new one starts from scratch.
/// </summary>
public abstract class Optimizer
{
    /// <summary>Creates the optimizer.</summary>
    /// <param name="learningRate">Step size, positive.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="learningRate"/> is not positive and finite.</exception>
    protected Optimizer(float learningRate)
    {
        if (!float.IsFinite(learningRate) || learningRate <= 0)
            throw new ArgumentOutOfRangeException(nameof(learningRate), learningRate, "A learning rate must be positive and finite, for example 0.001.");
        LearningRate = learningRate;
    }

    /// <summary>Step size; may be changed between steps, as a schedule does.</summary>
    public float LearningRate { get; set; }
}
