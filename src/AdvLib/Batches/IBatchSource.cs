namespace AdvLib;

/// <summary>An endless source of training batches.</summary>
public interface IBatchSource
{
    /// <summary>Images of a full batch.</summary>
    int BatchSize { get; }

    /// <summary>
    /// Whether a batch's first half is clean, and its second half an adversary of each in the same order: what TRADES wants.
    /// </summary>
    bool HoldsPairs => false;

    /// <summary>The next batch. The object is reused: it holds until the next call.</summary>
    /// <returns>The batch.</returns>
    Batch Next();
}
