namespace AdvLib;

/// <summary>What one training step measured on its batch, before the weights moved.</summary>
/// <param name="Loss">Mean loss over the batch.</param>
/// <param name="Correct">Images classified correctly.</param>
public readonly record struct StepResult(float Loss, int Correct);
