namespace AdvNotebooks.Cli.Kernel;

/// <summary>Executes a notebook's code cells one after another; what one cell declares, the next can use.</summary>
internal interface IKernel : IAsyncDisposable
{
    /// <summary>Executes one cell.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="report">Receives everything the cell puts out, in order, one call at a time; not
    /// the end of the cell, which the result tells.</param>
    /// <param name="cancellation">Ends the cell, and with it the kernel, which is then of no further use.</param>
    /// <returns>What stopped the cell; null when it succeeded.</returns>
    Task<CellError?> ExecuteAsync(CellRequest cell, Action<KernelEvent> report, CancellationToken cancellation);

    /// <summary>Ends the kernel once all cells have run.</summary>
    /// <returns>What went wrong behind the cells' backs: a thread left running, or one that failed. Null when nothing did.</returns>
    Task<CellError?> EndAsync();
}
