namespace AdvLib;

/// <summary>A data set that is at none of the places where it was looked for. The message names each place and why it failed.</summary>
public sealed class DatasetUnavailableException : AdvLibException
{
    /// <summary>Names the places and the failures.</summary>
    /// <param name="reason">Why, in a few words.</param>
    /// <param name="found">The places tried, each with the reason it failed.</param>
    /// <param name="expected">What was expected instead.</param>
    /// <param name="remedy">What to do about it.</param>
    /// <param name="inner">The last failure, when there is one.</param>
    public DatasetUnavailableException(string reason, string found, string expected, string remedy, Exception? inner = null)
        : base(found, expected, remedy, inner)
    {
        Reason = reason;
    }

    /// <summary>Why the last place failed, in a few words without a full stop.</summary>
    public string Reason { get; }
}
