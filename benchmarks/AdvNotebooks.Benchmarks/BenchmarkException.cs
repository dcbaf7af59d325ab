namespace AdvNotebooks.Benchmarks;

/// <summary>A side of a comparison that cannot be measured.</summary>
/// <param name="found">What was found, naming the program.</param>
/// <param name="expected">What was expected instead.</param>
/// <param name="remedy">What to do about it.</param>
/// <param name="inner">The cause, when there is one.</param>
public sealed class BenchmarkException(string found, string expected, string remedy, Exception? inner = null)
    : AdvLibException(found, expected, remedy, inner);
