namespace AdvLib;

/// <summary>Where MNIST is, and which of its files are right.</summary>
/// <param name="Folder">The folder that was checked, as a full path.</param>
/// <param name="Source">Why this folder, in one word: <c>folder</c>, <c>cache</c>, or <c>download</c> when files were just fetched.</param>
/// <param name="Files">The four files.</param>
public sealed record MnistStatus(string Folder, string Source, IReadOnlyList<MnistFileStatus> Files)
{
    /// <summary>Whether all four files are there and right.</summary>
    public bool IsComplete => Files.All(file => file.IsRight);

    /// <summary>The folder, and a line for each file.</summary>
    /// <returns>The lines.</returns>
    public override string ToString() => $"MNIST in {Folder} ({Source})\n  {string.Join("\n  ", Files)}";
}
