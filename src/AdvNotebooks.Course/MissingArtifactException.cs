namespace AdvLib;

/// <summary>Something an earlier notebook should have made is not there.</summary>
public sealed class MissingArtifactException : AdvLibException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="found">What was found.</param>
    /// <param name="expected">What was expected instead.</param>
    /// <param name="remedy">What to do about it.</param>
    public MissingArtifactException(string found, string expected, string remedy)
        : base(found, expected, remedy)
    {
    }
}
