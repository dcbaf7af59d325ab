namespace AdvLib;

/// <summary>Images, labels or layers whose shapes do not fit together.</summary>
public sealed class ShapeMismatchException : AdvLibException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="found">What was found.</param>
    /// <param name="expected">What was expected instead.</param>
    /// <param name="remedy">What to do about it.</param>
    public ShapeMismatchException(string found, string expected, string remedy)
        : base(found, expected, remedy)
    {
    }
}
