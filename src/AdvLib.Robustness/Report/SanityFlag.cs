namespace AdvLib;

/// <summary>A reason not to trust a number: a result that cannot be, if the attacks did what they should.</summary>
/// <param name="Check">Which check found it, for example <c>zero gradients</c>.</param>
/// <param name="Seen">What was seen, with its numbers.</param>
/// <param name="Why">Why the number cannot be trusted then.</param>
/// <param name="Remedy">What to do.</param>
public sealed record SanityFlag(string Check, string Seen, string Why, string Remedy)
{
    /// <summary>The warning in three sentences.</summary>
    /// <returns>Check, what was seen, why it matters, what to do.</returns>
    public override string ToString() => $"{Check}: {Seen} {Why} {Remedy}";
}
