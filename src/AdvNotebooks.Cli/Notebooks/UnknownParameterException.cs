namespace AdvNotebooks.Cli.Notebooks;

/// <summary>A parameter that no notebook of the run has.</summary>
/// <param name="name">The name asked for.</param>
/// <param name="known">The names there are.</param>
internal sealed class UnknownParameterException(string name, IReadOnlyCollection<string> known)
    : NotebookException(
        $"No notebook of this run has a parameter \"{name}\".",
        known.Count == 0
            ? "no parameter: none of these notebooks has a cell that is tagged \"parameters\" or begins with \"// parameters\"."
            : $"one of {string.Join(", ", known)}.",
        Nearest.To(name, known) is { } nearest
            ? $"Did you mean \"{nearest}\"?"
            : "Leave it out, or add it to the notebook's parameters cell.")
{
}
