namespace AdvNotebooks.Cli.Runner;

/// <summary>How the run of a notebook ended.</summary>
/// <param name="Run">The notebook and its executed copy.</param>
/// <param name="Executed">Code cells that were executed, a failed one included.</param>
/// <param name="Elapsed">Wall time.</param>
/// <param name="Failure">The cell that failed; null when all succeeded.</param>
/// <param name="Skipped">Why it was not run at all; null when it was.</param>
internal sealed record NotebookResult(NotebookRun Run, int Executed, TimeSpan Elapsed, CellFailure? Failure, string? Skipped = null)
{
    /// <summary>How it ended, in a few words.</summary>
    public string Outcome => Skipped is not null ? $"skipped: {Skipped}" : Failure is null ? "ok" : $"failed at cell [{Failure.Number}]";
}
