namespace AdvLib;

/// <summary>One image at one epsilon, attacked through one model, and what that model says of it.</summary>
/// <param name="Adversary">The attacked image.</param>
/// <param name="Probabilities">The probability of each class.</param>
public sealed record ExplorerFrame(float[] Adversary, float[] Probabilities)
{
    /// <summary>The predicted class.</summary>
    public int Class => Array.IndexOf(Probabilities, Probabilities.Max());

    /// <summary>Its probability.</summary>
    public double Confidence => Probabilities.Max();
}
