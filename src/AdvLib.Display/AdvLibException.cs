namespace AdvLib;

/// <summary>Base of AdvLib's own exceptions. The message says what was found, what was expected and what to do.</summary>
public abstract class AdvLibException : Exception
{
    /// <param name="found">What was found, naming the file or argument.</param>
    /// <param name="expected">What was expected instead.</param>
    /// <param name="remedy">What to do about it.</param>
    /// <param name="inner">The cause, when there is one.</param>
    protected AdvLibException(string found, string expected, string remedy, Exception? inner = null)
        : base($"{found} Expected: {expected} {remedy}", inner)
    {
        (Found, Expected, Remedy) = (found, expected, remedy);
    }

    /// <summary>What was found, naming the file or argument.</summary>
    public string Found { get; }

    /// <summary>What was expected instead.</summary>
    public string Expected { get; }

    /// <summary>What to do about it.</summary>
    public string Remedy { get; }
}
