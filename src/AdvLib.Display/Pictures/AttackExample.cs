namespace AdvLib;

/// <summary>One image before and after an attack, and what the model said of both.</summary>
/// <param name="Image">The clean image, NHWC floats in [0, 1].</param>
/// <param name="Adversary">The attacked image, of the same size; may leave [0, 1] when the attack does not clip.</param>
/// <param name="Label">The true class.</param>
/// <param name="Before">The class predicted for the clean image.</param>
/// <param name="ConfidenceBefore">Its probability, a fraction.</param>
/// <param name="After">The class predicted for the adversary.</param>
/// <param name="ConfidenceAfter">Its probability, a fraction.</param>
public sealed record AttackExample(
    float[] Image, float[] Adversary, int Label, int Before, double ConfidenceBefore, int After, double ConfidenceAfter);
