namespace AdvNotebooks.Cli.Packages;

/// <summary>Packages that cannot be restored.</summary>
/// <param name="found">What was found.</param>
/// <param name="expected">What was expected instead.</param>
/// <param name="remedy">What to do about it.</param>
/// <param name="missing">The packages the feed lacks; empty when something else is wrong.</param>
internal sealed class PackageException(string found, string expected, string remedy, IReadOnlyList<string> missing)
    : AdvLibException(found, expected, remedy)
{
    /// <summary>The packages the feed lacks, with versions; empty when something else is wrong.</summary>
    public IReadOnlyList<string> Missing { get; } = missing;
}
