namespace AdvNotebooks.Cli.Kernel;

/// <summary>How a submission ended.</summary>
/// <param name="HasValue">Whether it ended with an expression, whose value is to be shown.</param>
/// <param name="Value">That value.</param>
/// <param name="Exception">What it threw; null when it ran to its end.</param>
internal sealed record SubmissionResult(bool HasValue, object? Value, Exception? Exception);
