namespace AdvLib;

/// <summary>
/// What one defence is worth: how a network was trained, and what withstands which attack. All three are measured on the same images.
/// </summary>
/// <param name="Defence">Name of the defence, for example <c>PGD</c>.</param>
/// <param name="Epsilon">Largest change of a pixel that the attacks may make, in pixel units of [0, 1].</param>
/// <param name="TrainedAt">The epsilon of the training's attack; larger where the training keeps a margin.</param>
/// <param name="Epochs">Passes over the training images.</param>
/// <param name="Seconds">Wall time of the training.</param>
/// <param name="Clean">On images as they are.</param>
/// <param name="Pgd">Under PGD.</param>
/// <param name="AutoAttack">Under AutoAttack.</param>
/// <param name="Shift">Pixels by which training images were moved at most (<see cref="MixedAdversarialBatches.Shift"/>).</param>
/// <param name="SquareStarts">Share of the training's adversaries that started from squares (<see cref="AdvLib.SquareStarts"/>).</param>
/// <param name="Network">What was trained, for example <c>CertifiedCnn behind 0.3 to 0.7</c>, where a threshold stands before it.</param>
public sealed record DefenceResult(
    string Defence, float Epsilon, float TrainedAt, int Epochs, double Seconds, Evaluation Clean, Evaluation Pgd, Evaluation AutoAttack,
    int Shift = 0, float SquareStarts = 0, string Network = "SimpleCnn");
