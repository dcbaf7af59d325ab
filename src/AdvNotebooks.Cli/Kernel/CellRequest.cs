namespace AdvNotebooks.Cli.Kernel;

/// <summary>A code cell to execute.</summary>
/// <param name="Number">Number of the code cell, from 1: the execution count shown beside it.</param>
/// <param name="Source">Its source text.</param>
internal sealed record CellRequest(int Number, string Source);
