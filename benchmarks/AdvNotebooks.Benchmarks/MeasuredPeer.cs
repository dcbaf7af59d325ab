namespace AdvNotebooks.Benchmarks;

/// <summary>What was measured of one of AdvLib's peers.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rounds">Its figures, a round each; empty when it is not installed.</param>
/// <param name="Advice">What to install, when it is not.</param>
internal sealed record MeasuredPeer(string Name, IReadOnlyList<Figures> Rounds, string Advice = "")
{
    /// <summary>Its key in JSON.</summary>
    public string Key => Name.ToLowerInvariant().Replace(" ", "", StringComparison.Ordinal);
}
