namespace AdvLib;

/// <summary>A TorchSharp module, a TorchScript file or an optimizer that cannot be used as asked.</summary>
/// <param name="found">What was found.</param>
/// <param name="expected">What was expected instead.</param>
/// <param name="remedy">What to do about it.</param>
/// <param name="inner">The cause, when there is one.</param>
public sealed class TorchModelException(string found, string expected, string remedy, Exception? inner = null)
    : AdvLibException(found, expected, remedy, inner)
{
    /// <summary>The first line of what libtorch says; the rest is its own stack.</summary>
    internal static string FirstLine(Exception exception) => exception.Message.AsSpan().Trim().ToString().Split('\n')[0];
}
