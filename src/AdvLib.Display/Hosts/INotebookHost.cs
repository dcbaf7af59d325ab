namespace AdvLib;

/// <summary>
/// What a notebook host does for the cell that runs. Each host that can has a binding of its own; see <see cref="NotebookHost"/>.
/// </summary>
public interface INotebookHost
{
    /// <summary>
    /// Cancelled when the reader stops the running cell; <see cref="CancellationToken.None"/> where
    /// the host cannot say so, and outside cells.
    /// </summary>
    CancellationToken Stop { get; }

    /// <summary>Teaches the host to show the library's types. Called once, when the host is bound.</summary>
    void Attach();

    /// <summary>Shows a visual as an output of the running cell.</summary>
    /// <param name="visual">What to show.</param>
    /// <returns>Puts another visual in its place, and says whether it could; null where nothing can be shown, or not be replaced.</returns>
    Func<IVisual, bool>? Show(IVisual visual);
}
