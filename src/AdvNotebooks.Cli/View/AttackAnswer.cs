namespace AdvNotebooks.Cli.View;

/// <summary>What became of an attack on one digit.</summary>
/// <param name="Attack">The attack and its settings.</param>
/// <param name="Label">The class the attack leads away from: a sample's label, or what the network sees in a drawing.</param>
/// <param name="Digit">The digit as the network sees it, NHWC; to four decimals, as all that follows.</param>
/// <param name="Clean">The network's probability of each class for it.</param>
/// <param name="Adversary">The attacked digit.</param>
/// <param name="Attacked">The network's probability of each class for the adversary.</param>
/// <param name="Milliseconds">What the server computed for this answer.</param>
internal sealed record AttackAnswer(
    string Attack, int Label, float[] Digit, float[] Clean, float[] Adversary, float[] Attacked, double Milliseconds);
