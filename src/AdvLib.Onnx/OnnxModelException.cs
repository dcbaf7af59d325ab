namespace AdvLib;

/// <summary>An ONNX file that cannot be used as a classifier.</summary>
/// <param name="found">What was found.</param>
/// <param name="expected">What was expected instead.</param>
/// <param name="remedy">What to do about it.</param>
/// <param name="inner">The cause, when there is one.</param>
public sealed class OnnxModelException(string found, string expected, string remedy, Exception? inner = null)
    : AdvLibException(found, expected, remedy, inner);
