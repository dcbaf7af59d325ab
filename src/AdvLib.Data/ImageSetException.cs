namespace AdvLib;

/// <summary>An image set that cannot be (empty, a label outside the classes), or a request for more images than a set holds.</summary>
public sealed class ImageSetException : AdvLibException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="found">What was found.</param>
    /// <param name="expected">What was expected instead.</param>
    /// <param name="remedy">What to do about it.</param>
    public ImageSetException(string found, string expected, string remedy)
        : base(found, expected, remedy)
    {
    }
}
