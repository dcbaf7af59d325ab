namespace AdvLib;

/// <summary>A data file that cannot be read or written, or does not hold what it should.</summary>
public sealed class DataFileException : AdvLibException
{
    /// <summary>Says what is wrong with the file.</summary>
    /// <param name="found">What was found, naming the file.</param>
    /// <param name="expected">What was expected instead.</param>
    /// <param name="remedy">What to do about it.</param>
    /// <param name="inner">The cause, when there is one.</param>
    public DataFileException(string found, string expected, string remedy, Exception? inner = null)
        : base(found, expected, remedy, inner)
    {
    }
}
