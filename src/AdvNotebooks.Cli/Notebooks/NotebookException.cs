namespace AdvNotebooks.Cli.Notebooks;

/// <summary>A notebook, or a request to run one, that cannot be carried out; nothing has run.</summary>
internal class NotebookException : AdvLibException
{
    public NotebookException(string found, string expected, string remedy, Exception? inner = null)
        : base(found, expected, remedy, inner)
    {
    }
}
