namespace AdvLib;

/// <summary>The data set of a run, as its record names it.</summary>
public sealed record RunDataset
{
    /// <summary>The data set's name.</summary>
    public required string Name { get; init; }

    /// <summary>Number of training images.</summary>
    public required int Train { get; init; }

    /// <summary>Number of test images.</summary>
    public required int Test { get; init; }

    /// <summary>What to load it from again: a folder, <c>synthetic</c>, or nothing for MNIST.</summary>
    public required string Folder { get; init; }
}
