namespace AdvNotebooks.Cli.View;

/// <summary>A request that cannot be answered as it is.</summary>
/// <param name="found">What was found.</param>
/// <param name="expected">What was expected instead.</param>
/// <param name="remedy">What to do about it.</param>
/// <param name="inner">The cause, when there is one.</param>
internal sealed class RequestException(string found, string expected, string remedy, Exception? inner = null)
    : AdvLibException(found, expected, remedy, inner);
