namespace AdvLib;

/// <summary>An image set that cannot be (empty, a pixel that is no number), or that does not fit what is asked of it.</summary>
public sealed class ImageSetException : AdvLibException
{
    /// <summary>Says what is wrong with the set.</summary>
    /// <param name="found">What was found.</param>
    /// <param name="expected">What was expected instead.</param>
    /// <param name="remedy">What to do about it.</param>
    public ImageSetException(string found, string expected, string remedy)
        : base(found, expected, remedy)
    {
    }
}
