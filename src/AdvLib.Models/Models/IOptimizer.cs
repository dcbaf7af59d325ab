namespace AdvLib;

/// <summary>
/// Moves a model's weights against their gradients: its settings, and the state it keeps for them. An engine has its own; one optimizer
/// serves one training run, a new one starts from scratch.
/// </summary>
public interface IOptimizer : IResumable
{
    /// <summary>Step size, positive and finite; may be changed between steps, as a schedule does.</summary>
    float LearningRate { get; set; }

    /// <summary>Steps taken so far.</summary>
    int Steps { get; }
}
