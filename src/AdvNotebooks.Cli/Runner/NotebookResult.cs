namespace AdvNotebooks.Cli.Runner;

/// <summary>How the run of a notebook ended.</summary>
/// <param name="Run">The notebook and its executed copy.</param>
/// <param name="Executed">Code cells that were executed, a failed one included.</param>
/// <param name="Elapsed">Wall time.</param>
/// <param name="Failure">The cell that failed; null when all succeeded.</param>
internal sealed record NotebookResult(NotebookRun Run, int Executed, TimeSpan Elapsed, CellFailure? Failure);
