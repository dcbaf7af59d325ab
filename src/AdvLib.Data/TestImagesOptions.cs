namespace AdvLib;

/// <summary>What is asked of images to test on.</summary>
public sealed record TestImagesOptions
{
    /// <summary>How many: the first ones; 0 for all (2,000 synthetic ones).</summary>
    public int Count { get; init; }

    /// <summary>Seed of the synthetic digits.</summary>
    public ulong Seed { get; init; } = 42;

    /// <summary>
    /// Names of the model's classes in its order: a folder of pictures goes by them. Null: numbers where all folders are named by numbers,
    /// else the order of the names.
    /// </summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>The model's shape, for pictures: grey or colour, and the size that all must have. Null takes them as they are.</summary>
    public Shape? Shape { get; init; }

    /// <summary>Whether pictures that are wrong are left out, and named, instead of ending it all.</summary>
    public bool KeepGoing { get; init; }
}
