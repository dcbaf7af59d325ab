namespace AdvLib;

/// <summary>MPI is not there, is another one than the launcher's, or a call failed.</summary>
public sealed class MpiException : AdvLibException
{
    internal MpiException(string found, string expected, string remedy)
        : base(found, expected, remedy)
    {
    }
}
