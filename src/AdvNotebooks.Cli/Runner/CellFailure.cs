using AdvNotebooks.Cli.Kernel;

namespace AdvNotebooks.Cli.Runner;

/// <summary>A cell that failed.</summary>
/// <param name="Number">Number among the executed copy's code cells, from 1: its execution count.</param>
/// <param name="Source">The cell's source.</param>
/// <param name="Error">What stopped it.</param>
internal sealed record CellFailure(int Number, string Source, CellError Error);
