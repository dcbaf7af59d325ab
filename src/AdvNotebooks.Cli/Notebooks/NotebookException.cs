namespace AdvNotebooks.Cli.Notebooks;

/// <summary>A notebook, or a request to run one, that cannot be carried out; nothing has run.</summary>
internal class NotebookException : AdvLibException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="found">What was found, naming the file or argument.</param>
    /// <param name="expected">What was expected instead.</param>
    /// <param name="remedy">What to do about it.</param>
    /// <param name="inner">The cause, when there is one.</param>
    public NotebookException(string found, string expected, string remedy, Exception? inner = null)
        : base(found, expected, remedy, inner)
    {
    }
}
