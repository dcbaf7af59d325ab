namespace AdvLib;

/// <summary>Something an earlier notebook should have made is not there.</summary>
public sealed class MissingArtifactException : AdvLibException
{
    public MissingArtifactException(string found, string expected, string remedy)
        : base(found, expected, remedy)
    {
    }
}
