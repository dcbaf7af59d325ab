namespace AdvLib;

/// <summary>One of MNIST's four files, as found in a folder.</summary>
/// <param name="Name">MNIST's own name of the file, without .gz.</param>
/// <param name="Path">The file, or null when it is missing.</param>
/// <param name="Problem">What is wrong with it, or null when its content is MNIST's.</param>
public sealed record MnistFileStatus(string Name, string? Path, string? Problem)
{
    /// <summary>Whether the file is there and its content is MNIST's.</summary>
    public bool IsRight => Problem is null;

    /// <summary>Name and state.</summary>
    /// <returns>For example <c>train-labels-idx1-ubyte: right</c>.</returns>
    public override string ToString() => $"{Name}: {Problem ?? "right"}";
}
