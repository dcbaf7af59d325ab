namespace AdvLib;

/// <summary>What a certified training is worth: what is proved of its network, and what attacks leave of the rest.</summary>
/// <param name="Network">Name of the network, for example <c>CertifiedCnn behind 0.3 to 0.7</c>.</param>
/// <param name="Training">What was asked of it.</param>
/// <param name="Seed">The training's seed.</param>
/// <param name="History">The training, each epoch rated by what is proved of held-out images.</param>
/// <param name="Proved">What is proved, and what is read of the images as they are.</param>
/// <param name="Attacked">Under AutoAttack, or it and the proofs' counterexamples, on the same images.</param>
/// <param name="Shift">Pixels by which training images were moved at most (<see cref="ShuffledBatches.Shift"/>).</param>
public sealed record CertifiedResult(
    string Network, CertifiedTraining Training, ulong Seed, TrainingHistory History, CertifiedAccuracy Proved, Evaluation Attacked,
    int Shift = 0);
