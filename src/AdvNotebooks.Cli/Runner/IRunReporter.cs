namespace AdvNotebooks.Cli.Runner;

/// <summary>Tells a person how a run goes.</summary>
internal interface IRunReporter
{
    /// <summary>Shows progress while the work is done.</summary>
    /// <param name="work">The work, which calls the other members.</param>
    /// <returns>Done when the work is.</returns>
    Task ShowAsync(Func<Task> work);

    /// <summary>A notebook begins.</summary>
    /// <param name="run">The notebook.</param>
    /// <param name="index">Its number in the run, from 1.</param>
    /// <param name="count">Notebooks in the run.</param>
    void NotebookStarted(NotebookRun run, int index, int count);

    /// <summary>A code cell begins.</summary>
    /// <param name="number">Its number, from 1.</param>
    /// <param name="count">Code cells in the notebook.</param>
    void CellStarted(int number, int count);

    /// <summary>A training goes on.</summary>
    /// <param name="progress">Where it stands.</param>
    void Training(TrainingProgress progress);

    /// <summary>Another long computation goes on, or ends.</summary>
    /// <param name="progress">Where it stands.</param>
    void Working(WorkProgress progress);

    /// <summary>The notebook has ended.</summary>
    /// <param name="result">How.</param>
    void NotebookEnded(NotebookResult result);
}
