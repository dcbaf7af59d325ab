namespace AdvLib;

/// <summary>
/// A trainable classifier that an engine built from a description and keeps it: layers that are known can be bounded, saved and shown.
/// </summary>
public interface INetwork : ITrainableClassifier
{
    /// <summary>What it was built from.</summary>
    Network Description { get; }
}
