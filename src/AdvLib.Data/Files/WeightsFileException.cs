namespace AdvLib;

/// <summary>A weights file that is cut, damaged, not the kind of safetensors file AdvLib reads, or holds what are no weights.</summary>
public sealed class WeightsFileException : AdvLibException
{
    /// <summary>Says what is wrong with the file.</summary>
    /// <param name="found">What was found, naming the file.</param>
    /// <param name="expected">What was expected instead.</param>
    /// <param name="remedy">What to do about it.</param>
    /// <param name="inner">The cause, when there is one.</param>
    public WeightsFileException(string found, string expected, string remedy, Exception? inner = null)
        : base(found, expected, remedy, inner)
    {
    }
}
