namespace AdvLib;

/// <summary>A data set that is at none of the places where it was looked for. The message names each place and why it failed.</summary>
public sealed class DatasetUnavailableException : AdvLibException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="found">The places tried, each with the reason it failed.</param>
    /// <param name="expected">What was expected instead.</param>
    /// <param name="remedy">What to do about it.</param>
    /// <param name="inner">The last failure, when there is one.</param>
    public DatasetUnavailableException(string found, string expected, string remedy, Exception? inner = null)
        : base(found, expected, remedy, inner)
    {
    }
}
