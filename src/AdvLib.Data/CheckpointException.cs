namespace AdvLib;

/// <summary>A checkpoint that cannot be written, is damaged, or belongs to another run.</summary>
public sealed class CheckpointException : AdvLibException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="found">What was found, naming the file or value.</param>
    /// <param name="expected">What was expected instead.</param>
    /// <param name="remedy">What to do about it.</param>
    /// <param name="inner">The cause, when there is one.</param>
    public CheckpointException(string found, string expected, string remedy, Exception? inner = null)
        : base(found, expected, remedy, inner)
    {
    }
}
