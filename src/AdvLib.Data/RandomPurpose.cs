namespace AdvLib;

/// <summary>
/// What random numbers are for. Each purpose draws from a stream of its own, so that one more draw here moves nothing there.
/// </summary>
public enum RandomPurpose
{
    /// <summary>Initial weights.</summary>
    Weights = 1,

    /// <summary>The order of the training images.</summary>
    Shuffle = 2,

    /// <summary>Dropout masks.</summary>
    Dropout = 3,

    /// <summary>Draws of adversarial and mixed batches.</summary>
    Sampling = 4,

    /// <summary>Synthetic digits for training.</summary>
    TrainDigits = 5,

    /// <summary>Synthetic digits for testing.</summary>
    TestDigits = 6,

    /// <summary>Random starts and noise of attacks.</summary>
    Attack = 7,
}
