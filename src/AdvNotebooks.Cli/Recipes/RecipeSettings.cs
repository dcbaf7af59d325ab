namespace AdvNotebooks.Cli.Recipes;

/// <summary>Everything that decides the recipe's two trainings; the defaults are the recipe's own.</summary>
internal sealed record RecipeSettings
{
    /// <summary>Decides whatever is random.</summary>
    public ulong Seed { get; init; } = 42;

    /// <summary>Passes over the training images.</summary>
    public int Epochs { get; init; } = 20;

    /// <summary>Images of a step, on all ranks together.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>Adam's step size.</summary>
    public float LearningRate { get; init; } = 1e-3f;

    /// <summary>Epochs of fine-tuning; 0 for none.</summary>
    public int FineTuningEpochs { get; init; } = 10;

    /// <summary>Adam's step size in fine-tuning.</summary>
    public float FineTuningRate { get; init; } = 1e-4f;

    /// <summary>Largest change of a pixel, in pixel units of [0, 1].</summary>
    public float Epsilon { get; init; } = 0.1f;

    /// <summary>Share of normal images in a mixed batch.</summary>
    public double Split { get; init; } = 0.5;
}
