namespace AdvNotebooks.Benchmarks;

/// <summary>What to measure, on how many threads and how often.</summary>
/// <param name="Kind">What to measure.</param>
public sealed record BenchmarkRequest(BenchmarkKind Kind)
{
    /// <summary>Training images of the recipe, and the most that it takes.</summary>
    public const int RecipeImages = BenchmarkData.TrainCount;

    /// <summary>The most images of <see cref="BenchmarkKind.Scaling"/>.</summary>
    public const int MostImages = 600_000;

    /// <summary>Images of <see cref="BenchmarkKind.Attack"/> where nobody says otherwise.</summary>
    public const int AttackImages = 1600;

    /// <summary>Most threads that a benchmark may compute on.</summary>
    public const int MostThreads = 256;

    /// <summary>The engine whose <see cref="BenchmarkKind.Steps"/> are timed, by its name.</summary>
    public string Engine { get; init; } = Network.BuiltInEngine;

    /// <summary>Whether to run AdvLib's peers in turn with it; only <see cref="BenchmarkKind.Steps"/> and <see cref="BenchmarkKind.Recipe"/> can.</summary>
    public bool Peer { get; init; }

    /// <summary>Times to run each side beside <see cref="Peer"/>, at least 1.</summary>
    public int Rounds { get; init; } = 1;

    /// <summary>Threads to compute on, 1 to <see cref="MostThreads"/>.</summary>
    public required int Threads { get; init; }

    /// <summary>Training steps to time, each kind, at least 1.</summary>
    public int Steps { get; init; } = 300;

    /// <summary>Passes over 10,000 images to time, each kind, at least 1.</summary>
    public int Passes { get; init; } = 7;

    /// <summary>Epochs of the recipe, at least 1; half as many of fine-tuning follow.</summary>
    public int Epochs { get; init; } = 20;

    /// <summary>
    /// Training images of the recipe, or those that are attacked, 1 to <see cref="RecipeImages"/>; the most of
    /// <see cref="BenchmarkKind.Scaling"/>, up to <see cref="MostImages"/>.
    /// </summary>
    public int Images { get; init; } = RecipeImages;

    /// <summary>Images of a piece of work of <see cref="BenchmarkKind.Attack"/>, as the command that is timed cuts it.</summary>
    public int PieceImages { get; init; } = 100;
}
