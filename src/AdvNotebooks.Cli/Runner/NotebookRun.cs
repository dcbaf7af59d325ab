using AdvNotebooks.Cli.Notebooks;

namespace AdvNotebooks.Cli.Runner;

/// <summary>A notebook that is to run, with its parameters set, and where its executed copy goes.</summary>
/// <param name="Notebook">The notebook in memory; the file it came from stays as it is.</param>
/// <param name="Output">Full path of the executed copy.</param>
internal sealed record NotebookRun(Notebook Notebook, string Output)
{
    /// <summary>Whether the executed copy is that of this notebook with these parameters, run to its end without an error.</summary>
    public bool IsDone()
    {
        try
        {
            IReadOnlyList<NotebookCell> copy = Notebook.Load(Output).CodeCells;
            return copy.Select(cell => cell.Source).SequenceEqual(Notebook.CodeCells.Select(cell => cell.Source))
                && copy.All(cell => cell.Succeeded);
        }
        catch (NotebookException)
        {
            return false;
        }
    }
}
