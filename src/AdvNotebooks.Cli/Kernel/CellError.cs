namespace AdvNotebooks.Cli.Kernel;

/// <summary>Why a cell failed, in nbformat's terms and with the place in the cell's source.</summary>
/// <param name="Name">The exception's type, or the kind of failure.</param>
/// <param name="Message">What went wrong.</param>
/// <param name="Traceback">Lines for the reader, free of machine paths; the first repeats the message.</param>
/// <param name="Line">Line in the cell, from 1; null when the failure has none, as a time-out.</param>
internal sealed record CellError(string Name, string Message, IReadOnlyList<string> Traceback, int? Line = null)
{
    /// <summary>Number of the cell that failed, where it is not the one that ran: an earlier cell's thread, for example.</summary>
    public int? Cell { get; init; }

    /// <summary>Whether the kernel has ended with the cell, so that no other can run.</summary>
    public bool EndsKernel { get; init; }
}
