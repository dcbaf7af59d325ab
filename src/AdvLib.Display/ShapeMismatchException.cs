namespace AdvLib;

/// <summary>Images, labels or layers whose shapes do not fit together.</summary>
public sealed class ShapeMismatchException : AdvLibException
{
    public ShapeMismatchException(string found, string expected, string remedy)
        : base(found, expected, remedy)
    {
    }
}
