namespace AdvLib;

/// <summary>What an <see cref="OverfittingMonitor"/> measured at one step.</summary>
/// <param name="Step">Training steps done.</param>
/// <param name="Fgsm">Accuracy under the one-step attack, a fraction.</param>
/// <param name="Pgd">Accuracy under the iterated attack, a fraction.</param>
public readonly record struct OverfittingReading(long Step, double Fgsm, double Pgd);
